//! Ed25519 by `ring` for `jsonwebtoken`: the only algorithm that our tokens have. The providers that it comes with bring all the
//! others, and with them the longest steps of a build.

use std::sync::Once;

use jsonwebtoken::{
    Algorithm, AlgorithmFamily,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    jwk::EllipticCurve,
    signature::{self, Signer, Verifier},
};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// Has to be called before the first token is signed or verified; once more is harmless.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A process that has chosen another provider keeps it.
        let _ = PROVIDER.install_default();
    });
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        if *algorithm != Algorithm::EdDSA || key.family() != AlgorithmFamily::Ed {
            return Err(new_error(ErrorKind::InvalidAlgorithm));
        }
        Ok(Box::new(Private(key_pair(key.as_bytes())?)))
    },
    verifier_factory: |algorithm, key| {
        if *algorithm != Algorithm::EdDSA || key.family() != AlgorithmFamily::Ed {
            return Err(new_error(ErrorKind::InvalidAlgorithm));
        }
        Ok(Box::new(Public(UnparsedPublicKey::new(&ED25519, key.try_get_as_bytes()?.to_vec()))))
    },
    key_utils: KeyUtils {
        ed_pub_components_from_private_key: |der, curve| match curve {
            EllipticCurve::Ed25519 => Ok(key_pair(der)?.public_key().as_ref().to_vec()),
            _ => Err(new_error(ErrorKind::InvalidAlgorithm)),
        },
        rsa_pub_components_from_private_key: |_| Err(new_error(ErrorKind::InvalidAlgorithm)),
        rsa_pub_components_from_public_key: |_| Err(new_error(ErrorKind::InvalidAlgorithm)),
        ec_pub_components_from_private_key: |_, _| Err(new_error(ErrorKind::InvalidAlgorithm)),
        compute_digest: |_, _| Err(new_error(ErrorKind::InvalidAlgorithm)),
    },
};

/// PKCS#8, with or without the public key (openssl leaves it out).
fn key_pair(der: &[u8]) -> Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| new_error(ErrorKind::InvalidEddsaKey))
}

struct Private(Ed25519KeyPair);

impl Signer<Vec<u8>> for Private {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Private {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Public(UnparsedPublicKey<Vec<u8>>);

impl Verifier<Vec<u8>> for Public {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        self.0.verify(message, signed).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Public {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
