//! Access tokens as the user service makes them, and others that it never would.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::AlgorithmParameters};
use serde_json::{Value, json};
use tradewind_contract::users::{Jwk, Jwks, Role};
use tradewind_kit::auth::{AUDIENCE, ISSUER};
use uuid::Uuid;

/// A key of which the service knows the public half.
pub struct Signer {
    key: EncodingKey,
    jwk: Jwk,
}

impl Signer {
    /// A new Ed25519 key in PKCS#8: 16 bytes that say so, then 32 random ones.
    pub fn new(kid: &str) -> Self {
        tradewind_kit::ed25519::install();
        let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        der.extend(rand::random::<[u8; 32]>());
        let key = EncodingKey::from_ed_der(&der);
        let public = jsonwebtoken::jwk::Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
        let AlgorithmParameters::OctetKeyPair(pair) = public.algorithm else { panic!("not an octet key pair") };
        let text = str::to_owned;
        let jwk = Jwk { kty: text("OKP"), crv: text("Ed25519"), alg: text("EdDSA"), usage: text("sig"), kid: text(kid), x: pair.x };
        Self { key, jwk }
    }

    pub fn jwks(&self) -> Jwks {
        Jwks { keys: vec![self.jwk.clone()] }
    }

    pub fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.jwk.kid.clone());
        header
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&self.header(), claims)
    }

    pub fn sign_as(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }
}

/// What a good token says.
pub fn claims(user: Uuid, role: Role) -> Value {
    let now = now_s();
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": user, "sid": Uuid::now_v7(), "role": role, "iat": now, "exp": now + 600})
}

pub fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
