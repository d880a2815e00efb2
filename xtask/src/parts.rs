//! The one table of parts: what runs, with which command and environment, and how one sees that it
//! is ready.

use std::path::PathBuf;

use anyhow::Result;

use crate::artifacts::Artifacts;
use crate::class_data;
use crate::ports::Port;
use crate::postgres;
use crate::secrets::{self, Passwords};
use crate::stack::Stack;

/// How a part shows that it can do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// `GET` answers 200.
    Http(Port, &'static str),
    /// A server that accepts connections and, if a replica, has replayed up to a consistent point.
    Postgres(Port),
    Redis(Port),
    Kafka(Port),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody else's program, configured under `infra/`.
    Infrastructure,
    /// One of ours.
    Service,
}

/// The account that a part runs under when the stack is started by root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Own,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub name: &'static str,
    pub kind: Kind,
    pub account: Account,
    pub command: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    /// What `status` shows.
    pub address: String,
    pub ports: Vec<Port>,
    pub ready: Ready,
    pub stop_signal: &'static str,
    /// Files whose change means that a running part is out of date.
    pub inputs: Vec<PathBuf>,
    /// Without it the shop sells all the same: nobody can look at traces.
    pub optional: bool,
}

impl Part {
    fn infrastructure(name: &'static str, port: Port, address: String, ready: Ready) -> Self {
        Self {
            name,
            kind: Kind::Infrastructure,
            account: Account::Own,
            command: Vec::new(),
            environment: Vec::new(),
            address,
            ports: vec![port],
            ready,
            stop_signal: "TERM",
            inputs: Vec::new(),
            optional: false,
        }
    }
}

/// Names of all parts, in the order in which they start.
pub const NAMES: [&str; 13] = [
    "postgres-primary",
    "postgres-replica",
    "redis",
    "kafka",
    "collector",
    "zipkin",
    "gateway",
    "payments",
    "order-1",
    "order-2",
    "user-1",
    "user-2",
    "worker",
];

/// # Errors
/// When a program that a part needs cannot be found.
pub fn all(stack: &Stack, artifacts: &Artifacts, passwords: &Passwords) -> Result<Vec<Part>> {
    let mut parts = vec![
        postgres_server(stack, postgres::PRIMARY)?,
        postgres_server(stack, postgres::REPLICA)?,
        redis(stack, artifacts),
        kafka(stack, artifacts),
        collector(stack, artifacts),
        zipkin(stack, artifacts),
        gateway(stack, artifacts),
        payments(stack),
    ];
    for (name, public, internal) in [("order-1", Port::Order1, Port::Order1Internal), ("order-2", Port::Order2, Port::Order2Internal)] {
        parts.push(order(stack, passwords, name, public, internal));
    }
    for (name, public, internal) in [("user-1", Port::User1, Port::User1Internal), ("user-2", Port::User2, Port::User2Internal)] {
        parts.push(user(stack, passwords, name, public, internal));
    }
    parts.push(worker(stack, passwords));
    Ok(parts)
}

fn postgres_server(stack: &Stack, server: postgres::Server) -> Result<Part> {
    let data = server.data(stack);
    let program = postgres::program(stack, "postgres")?;
    Ok(Part {
        account: Account::Postgres,
        command: vec![text(&program), "-D".into(), text(&data)],
        // Fast shutdown: open transactions are rolled back, nothing waits for idle pools.
        stop_signal: "INT",
        inputs: vec![data.join("postgresql.conf"), data.join("pg_hba.conf")],
        ..Part::infrastructure(server.name, server.port, stack.ports.address(server.port), Ready::Postgres(server.port))
    })
}

fn redis(stack: &Stack, artifacts: &Artifacts) -> Part {
    let config = stack.config("redis/redis.conf");
    Part {
        command: vec![text(&artifacts.redis_server), text(&config)],
        inputs: vec![config],
        ..Part::infrastructure("redis", Port::Redis, stack.ports.address(Port::Redis), Ready::Redis(Port::Redis))
    }
}

/// Small machines: a serial collector and the first compiler only, for a short start and little memory.
const JAVA_FLAGS: [&str; 4] =
    ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Djava.net.preferIPv4Stack=true"];

/// How a program in Java is started, up to its class or jar. A training run has the same.
pub struct Jvm {
    pub program: PathBuf,
    pub flags: Vec<String>,
    /// See [`class_data`].
    pub archive: PathBuf,
}

impl Jvm {
    fn new(artifacts: &Artifacts, heap: &str, jars: &std::path::Path) -> Self {
        let flags = std::iter::once(heap).chain(JAVA_FLAGS).map(str::to_owned).collect();
        Self { program: artifacts.java.clone(), flags, archive: class_data::archive(&artifacts.java, jars) }
    }

    fn command(&self) -> Vec<String> {
        // An archive that is not there or does not fit is passed over.
        let archive = [format!("-XX:SharedArchiveFile={}", self.archive.display()), "-Xlog:cds=off".to_owned()];
        std::iter::once(text(&self.program)).chain(archive).chain(self.flags.iter().cloned()).collect()
    }
}

pub fn kafka_jvm(stack: &Stack, artifacts: &Artifacts) -> Jvm {
    let mut jvm = Jvm::new(artifacts, "-Xmx192m", &artifacts.kafka);
    jvm.flags.extend([
        format!("-Dlog4j2.configurationFile={}", stack.config("kafka/log4j2.xml").display()),
        "-cp".to_owned(),
        format!("{}/*", artifacts.kafka.display()),
    ]);
    jvm
}

pub fn zipkin_jvm(stack: &Stack, artifacts: &Artifacts) -> Jvm {
    let mut jvm = Jvm::new(artifacts, "-Xmx128m", &artifacts.zipkin);
    jvm.flags.extend([
        "-Darmeria.ports[0].ip=127.0.0.1".to_owned(),
        format!("-Darmeria.ports[0].port={}", stack.ports.get(Port::Zipkin)),
        "-Darmeria.ports[0].protocols[0]=http".to_owned(),
    ]);
    jvm
}

fn kafka(stack: &Stack, artifacts: &Artifacts) -> Part {
    let config = stack.config("kafka/server.properties");
    let logging = stack.config("kafka/log4j2.xml");
    let mut command = kafka_jvm(stack, artifacts).command();
    command.extend(["kafka.Kafka".to_owned(), text(&config)]);
    Part {
        command,
        inputs: vec![config, logging],
        ports: vec![Port::Kafka, Port::KafkaController],
        ..Part::infrastructure("kafka", Port::Kafka, stack.ports.address(Port::Kafka), Ready::Kafka(Port::Kafka))
    }
}

fn collector(stack: &Stack, artifacts: &Artifacts) -> Part {
    let config = stack.config("otel/collector.yaml");
    Part {
        command: vec![text(&artifacts.collector), format!("--config=file:{}", config.display())],
        environment: vec![("GOMEMLIMIT", "160MiB".to_owned())],
        inputs: vec![config],
        ports: vec![Port::OtlpGrpc, Port::OtlpHttp, Port::CollectorHealth, Port::CollectorMetrics],
        optional: true,
        ..Part::infrastructure("collector", Port::OtlpGrpc, stack.ports.address(Port::OtlpGrpc), Ready::Http(Port::CollectorHealth, "/"))
    }
}

fn zipkin(stack: &Stack, artifacts: &Artifacts) -> Part {
    let mut command = zipkin_jvm(stack, artifacts).command();
    command.extend(["-jar".to_owned(), text(&artifacts.zipkin_jar())]);
    Part {
        command,
        environment: vec![
            ("STORAGE_TYPE", "mem".to_owned()),
            // What fits into the heap; the oldest traces go first.
            ("MEM_MAX_SPANS", "30000".to_owned()),
            // A trace of a load test is no reason to trace Zipkin itself.
            ("SELF_TRACING_ENABLED", "false".to_owned()),
        ],
        optional: true,
        ..Part::infrastructure(
            "zipkin",
            Port::Zipkin,
            format!("{}/zipkin/", stack.ports.url(Port::Zipkin)),
            Ready::Http(Port::Zipkin, "/health"),
        )
    }
}

fn gateway(stack: &Stack, artifacts: &Artifacts) -> Part {
    let config = stack.config("nginx/nginx.conf");
    Part {
        command: vec!["/bin/sh".to_owned(), text(&stack.config("native/gateway.sh")), text(&artifacts.nginx), text(&config)],
        stop_signal: "QUIT",
        ports: vec![Port::Gateway, Port::GatewayInternal],
        ..Part::infrastructure("gateway", Port::Gateway, stack.ports.url(Port::Gateway), Ready::Http(Port::GatewayInternal, "/health/live"))
    }
}

fn service(stack: &Stack, name: &'static str, binary: &str, public: Option<Port>, internal: Port) -> Part {
    let binary = stack.binary(binary);
    let mut environment = vec![
        ("SERVICE_INSTANCE", name.to_owned()),
        ("INTERNAL_ADDRESS", stack.ports.address(internal)),
        ("LOG_LEVEL", std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned())),
        ("OTLP_ENDPOINT", stack.ports.url(Port::OtlpGrpc)),
        ("REDIS_URL", format!("redis://{}/0", stack.ports.address(Port::Redis))),
        ("KAFKA_BROKERS", stack.ports.address(Port::Kafka)),
        ("SHUTDOWN_GRACE_S", "25".to_owned()),
    ];
    environment.extend(public.map(|port| ("LISTEN_ADDRESS", stack.ports.address(port))));
    Part {
        name,
        kind: Kind::Service,
        account: Account::Own,
        command: vec![text(&binary)],
        environment,
        address: stack.ports.address(public.unwrap_or(internal)),
        ports: public.into_iter().chain([internal]).collect(),
        ready: Ready::Http(internal, "/health/ready"),
        stop_signal: "TERM",
        inputs: vec![binary],
        optional: false,
    }
}

fn order(stack: &Stack, passwords: &Passwords, name: &'static str, public: Port, internal: Port) -> Part {
    let mut part = service(stack, name, "order", Some(public), internal);
    part.environment.extend([
        ("DATABASE_PRIMARY_URL", postgres::order_url(stack, passwords, Port::PostgresPrimary)),
        ("DATABASE_REPLICA_URLS", postgres::order_url(stack, passwords, Port::PostgresReplica)),
        // Through the gateway, so that either instance of the user service can answer.
        ("USER_JWKS_URL", format!("{}/.well-known/jwks.json", stack.ports.url(Port::Gateway))),
    ]);
    part
}

fn user(stack: &Stack, passwords: &Passwords, name: &'static str, public: Port, internal: Port) -> Part {
    let mut part = service(stack, name, "user", Some(public), internal);
    part.environment.extend([
        ("DATABASE_PRIMARY_URL", postgres::user_url(stack, passwords, Port::PostgresPrimary)),
        ("DATABASE_REPLICA_URLS", postgres::user_url(stack, passwords, Port::PostgresReplica)),
        ("SIGNING_KEY_FILE", text(&stack.secret_file(secrets::SIGNING_KEY))),
    ]);
    part
}

fn worker(stack: &Stack, passwords: &Passwords) -> Part {
    let mut part = service(stack, "worker", "worker", None, Port::WorkerInternal);
    let (ship_after_s, deliver_after_s) = stack.delivery_steps_s;
    let [first_ms, second_ms, third_ms] = stack.retries_ms;
    part.environment.extend([
        ("ORDER_DATABASE_PRIMARY_URL", postgres::order_url(stack, passwords, Port::PostgresPrimary)),
        ("USER_DATABASE_PRIMARY_URL", postgres::user_url(stack, passwords, Port::PostgresPrimary)),
        ("PAYMENTS_URL", stack.ports.url(Port::Payments)),
        ("KAFKA_MEMBER", part.name.to_owned()),
        ("SHIP_AFTER_S", ship_after_s.to_string()),
        ("DELIVER_AFTER_S", deliver_after_s.to_string()),
        ("RETRY_5S_MS", first_ms.to_string()),
        ("RETRY_1M_MS", second_ms.to_string()),
        ("RETRY_10M_MS", third_ms.to_string()),
    ]);
    part
}

fn payments(stack: &Stack) -> Part {
    let mut part = service(stack, "payments", "payments", Some(Port::Payments), Port::PaymentsInternal);
    // The outside world remembers what it authorised, whatever happens to us.
    part.environment.push(("STATE_FILE", text(&stack.home.join("payments/state.json"))));
    part
}

fn text(path: &std::path::Path) -> String {
    path.display().to_string()
}
