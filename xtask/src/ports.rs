//! The one table of ports. Every port is the base port plus a fixed offset, so that two stacks run
//! side by side when their bases are at least [`SPAN`] apart.

use anyhow::{Context, Result, bail};

/// The gateway's port when `TRADEWIND_BASE_PORT` says nothing else.
pub const DEFAULT_BASE: u16 = 8080;
/// How many ports, from the base on, a stack may use.
pub const SPAN: u16 = 60;

macro_rules! ports {
    ($($(#[$doc:meta])* $variant:ident = $offset:literal, $name:literal;)*) => {
        /// A port of the stack; the number is its offset from the base port.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Port { $($(#[$doc])* $variant = $offset,)* }

        impl Port {
            /// Every port, in the order of the offsets.
            pub const ALL: &[Port] = &[$(Port::$variant,)*];

            /// The name that templates and messages use, as in `{{port.kafka}}`.
            pub fn name(self) -> &'static str {
                match self { $(Port::$variant => $name,)* }
            }
        }
    };
}

ports! {
    /// The shop: the only address that a browser needs.
    Gateway = 0, "gateway";
    Order1 = 1, "order-1";
    Order2 = 2, "order-2";
    User1 = 3, "user-1";
    User2 = 4, "user-2";
    /// The simulated payment provider: the outside world.
    Payments = 5, "payments";
    /// Readiness and counters of nginx, and the hello that `load limits` measures.
    GatewayInternal = 10, "gateway-internal";
    /// Health and metrics; the gateway never routes there.
    Order1Internal = 11, "order-1-internal";
    Order2Internal = 12, "order-2-internal";
    User1Internal = 13, "user-1-internal";
    User2Internal = 14, "user-2-internal";
    PaymentsInternal = 15, "payments-internal";
    WorkerInternal = 16, "worker-internal";
    PostgresPrimary = 21, "postgres-primary";
    PostgresReplica = 22, "postgres-replica";
    Redis = 23, "redis";
    Kafka = 24, "kafka";
    KafkaController = 25, "kafka-controller";
    /// Where services send spans.
    OtlpGrpc = 31, "otlp-grpc";
    /// Where the gateway sends the browser's spans.
    OtlpHttp = 32, "otlp-http";
    CollectorHealth = 33, "collector-health";
    /// The collector's metrics about itself.
    CollectorMetrics = 34, "collector-metrics";
    Zipkin = 35, "zipkin";
}

/// The ports of one stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    base: u16,
}

impl Ports {
    /// # Errors
    /// When a port of the stack would be privileged or beyond 65535.
    pub fn new(base: u16) -> Result<Self> {
        if !(1024..=u16::MAX - SPAN).contains(&base) {
            bail!("The base port must be between 1024 and {}, and {base} is not.", u16::MAX - SPAN);
        }
        Ok(Self { base })
    }

    /// # Errors
    /// When the text is no number, or a number that [`Ports::new`] refuses.
    pub fn parse(text: &str) -> Result<Self> {
        let base = text.trim().parse().with_context(|| format!("The base port must be a number, and \"{text}\" is none."))?;
        Self::new(base)
    }

    pub fn base(self) -> u16 {
        self.base
    }

    pub fn get(self, port: Port) -> u16 {
        self.base + port as u16
    }

    /// `127.0.0.1:port`
    pub fn address(self, port: Port) -> String {
        format!("127.0.0.1:{}", self.get(port))
    }

    /// `http://127.0.0.1:port`
    pub fn url(self, port: Port) -> String {
        format!("http://127.0.0.1:{}", self.get(port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_port_has_its_own_offset_within_the_span() {
        let offsets: BTreeSet<u16> = Port::ALL.iter().map(|port| *port as u16).collect();
        assert_eq!(offsets.len(), Port::ALL.len());
        assert!(offsets.iter().all(|offset| *offset <= SPAN));
        let names: BTreeSet<&str> = Port::ALL.iter().map(|port| port.name()).collect();
        assert_eq!(names.len(), Port::ALL.len());
    }

    #[test]
    fn the_gateway_is_the_base_port() {
        let ports = Ports::parse(" 9000 ").expect("a valid base");
        assert_eq!(ports.get(Port::Gateway), 9000);
        assert_eq!(ports.address(Port::Kafka), "127.0.0.1:9024");
    }

    #[test]
    fn bases_that_do_not_fit_are_refused() {
        for text in ["", "http", "80", "65500", "70000", "-1"] {
            assert!(Ports::parse(text).is_err(), "{text}");
        }
    }
}
