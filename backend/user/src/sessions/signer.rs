//! Signs access tokens with Ed25519 and publishes the keys they are verified with.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::AlgorithmParameters};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use sha2::{Digest, Sha256};
use tradewind_contract::{
    SessionId, UserId,
    limits::ACCESS_TOKEN_LIFE,
    users::{Jwk, Jwks, Role},
};
use tradewind_kit::{
    Error, Result,
    auth::{AUDIENCE, Claims, ISSUER},
    ed25519,
};

pub struct Signer {
    key: EncodingKey,
    header: Header,
    jwks: Jwks,
}

impl Signer {
    /// Signs with the first file's key; the others' are only published.
    ///
    /// # Errors
    /// When a file is not an Ed25519 private key (PKCS#8 in PEM).
    pub fn read(signing: &Path, published: &[PathBuf]) -> anyhow::Result<Self> {
        let (key, jwk) = read_key(signing)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(jwk.kid.clone());
        let mut keys = vec![jwk];
        for file in published {
            let (_, jwk) = read_key(file)?;
            if !keys.contains(&jwk) {
                keys.push(jwk);
            }
        }
        Ok(Self { key, header, jwks: Jwks { keys } })
    }

    pub fn jwks(&self) -> &Jwks {
        &self.jwks
    }

    /// A token for ten minutes.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn access_token(&self, user: UserId, session: SessionId, role: Role) -> Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.as_uuid(),
            sid: session.as_uuid(),
            role,
            iat: now,
            exp: now + ACCESS_TOKEN_LIFE.as_secs(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).map_err(|error| Error::Corrupt(format!("signing a token: {error}")))
    }
}

fn read_key(file: &Path) -> anyhow::Result<(EncodingKey, Jwk)> {
    let pem = std::fs::read(file).with_context(|| format!("the signing key {} cannot be read", file.display()))?;
    parse_key(&pem).with_context(|| format!("{} is not an Ed25519 private key (PKCS#8 in PEM)", file.display()))
}

fn parse_key(pem: &[u8]) -> anyhow::Result<(EncodingKey, Jwk)> {
    ed25519::install();
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem)?;
    let key = EncodingKey::from_ed_der(der.secret_pkcs8_der());
    let jwk = public_key(&key)?;
    Ok((key, jwk))
}

fn public_key(key: &EncodingKey) -> anyhow::Result<Jwk> {
    let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(key, Algorithm::EdDSA)?;
    let AlgorithmParameters::OctetKeyPair(pair) = jwk.algorithm else { anyhow::bail!("not an octet key pair") };
    let public = URL_SAFE_NO_PAD.decode(&pair.x)?;
    anyhow::ensure!(public.len() == 32, "an Ed25519 public key has 32 bytes, not {}", public.len());
    Ok(Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
        kid: key_id(&public),
        x: pair.x,
    })
}

/// The first 16 hexadecimal digits of the public key's SHA-256, so that every instance gives a key the same name.
fn key_id(public: &[u8]) -> String {
    Sha256::digest(public).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ed25519_key_signs() {
        let good =
            b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
        let (_, jwk) = parse_key(good).expect("the key of bytes 0 to 31");
        assert_eq!(jwk.x, "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg");
        let curve_448 = String::from_utf8_lossy(good).replace("K2Vw", "K2Vx");
        for bad in ["", "no key", curve_448.as_str(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert!(parse_key(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
