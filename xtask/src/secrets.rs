//! Passwords and keys, made once for a home and readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::stack::Stack;

/// The file of the key that signs access tokens: Ed25519, PKCS#8, PEM.
pub const SIGNING_KEY: &str = "signing-key.pem";
const PASSWORD_BYTES: usize = 24;

/// The passwords of the database roles.
#[derive(Clone, Debug)]
pub struct Passwords {
    pub superuser: String,
    pub replicator: String,
    pub user_service: String,
    pub order_service: String,
}

/// # Errors
/// When the secrets can be neither read nor made.
pub fn ensure(stack: &Stack) -> Result<Passwords> {
    let directory = stack.home.join("secrets");
    fs::create_dir_all(&directory)?;
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700))?;
    signing_key(&stack.secret_file(SIGNING_KEY))?;
    Ok(Passwords {
        superuser: password(stack, "postgres-superuser")?,
        replicator: password(stack, "postgres-replicator")?,
        user_service: password(stack, "postgres-user-service")?,
        order_service: password(stack, "postgres-order-service")?,
    })
}

fn password(stack: &Stack, name: &str) -> Result<String> {
    let path = stack.secret_file(name);
    if let Ok(text) = fs::read_to_string(&path)
        && !text.trim().is_empty()
    {
        return Ok(text.trim().to_owned());
    }
    let mut bytes = [0_u8; PASSWORD_BYTES];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    // Hexadecimal, so that it stands unescaped in URLs and configuration files.
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(&path, &text)?;
    Ok(text)
}

/// A password for a person to type: 100 random bits in Crockford's base 32, in groups of five.
///
/// # Errors
/// When there is no randomness to be had.
pub fn readable_password() -> Result<String> {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0_u8; 20];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let characters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    let groups: Vec<String> = characters.chunks(5).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// Writes a file that only its owner can read, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let partial = path.with_extension("partial");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .with_context(|| format!("{} cannot be written", partial.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    Ok(())
}

fn signing_key(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let key = command::output(Command::new("openssl").args(["genpkey", "-algorithm", "ed25519"]))?;
    write_private(path, &key)
}

/// For looking at the table of parts without starting any: no secret is read or made.
pub fn placeholder() -> Passwords {
    let none = String::new;
    Passwords { superuser: none(), replicator: none(), user_service: none(), order_service: none() }
}
