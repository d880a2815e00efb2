//! Where a picture's luck comes from: a hash of the handle, then a small generator. Nothing here reads a
//! clock or the system, so a server, a worker and a browser draw the same bytes.

/// FNV-1a, 32 bits, over the bytes of a text.
pub fn hash(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |h, byte| (h ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// A stream of chance (mulberry32).
#[derive(Debug, Clone)]
pub struct Chance(u32);

impl Chance {
    pub fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// The next number from 0 up to, but not including, 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let a = self.0;
        let mut t = (a ^ (a >> 15)).wrapping_mul(1 | a);
        t = t.wrapping_add((t ^ (t >> 7)).wrapping_mul(61 | t)) ^ t;
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    /// A number between two others.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number between two others, both included, as a coordinate.
    pub fn whole(&mut self, low: i32, high: i32) -> f64 {
        (f64::from(low) + f64::from(high - low + 1) * self.unit()).floor()
    }

    /// An index below `count`.
    pub fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())]
    }

    /// True with the given probability.
    pub fn coin(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
}

/// Sine from additions and multiplications only: the library's sine may differ in its last bit from one
/// platform to the next, and then so might a picture.
pub fn sin(angle: f64) -> f64 {
    use std::f64::consts::{FRAC_PI_2, PI, TAU};
    let mut x = angle - (angle / TAU).round() * TAU;
    if x > FRAC_PI_2 {
        x = PI - x;
    } else if x < -FRAC_PI_2 {
        x = -PI - x;
    }
    let square = x * x;
    let (mut sum, mut term) = (x, x);
    for k in 1..8 {
        let n = f64::from(2 * k);
        term *= -square / (n * (n + 1.0));
        sum += term;
    }
    sum
}

pub fn cos(angle: f64) -> f64 {
    sin(angle + std::f64::consts::FRAC_PI_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(""), 0x811c_9dc5);
        assert_eq!(hash("a"), 0xe40c_292c);
        assert_eq!(hash("foobar"), 0xbf9c_f968);
    }

    #[test]
    fn the_sine_is_a_sine() {
        for step in -400..400 {
            let angle = f64::from(step) * 0.05;
            assert!((sin(angle) - angle.sin()).abs() < 1e-9, "at {angle}");
            assert!((cos(angle) - angle.cos()).abs() < 1e-9, "at {angle}");
        }
    }

    #[test]
    fn chance_stays_within_its_bounds_and_reaches_both_ends() {
        let mut chance = Chance::new(7);
        let drawn: Vec<f64> = (0..500).map(|_| chance.whole(-2, 3)).collect();
        assert!(drawn.iter().all(|v| (-2.0..=3.0).contains(v)));
        assert!(drawn.contains(&-2.0) && drawn.contains(&3.0));
    }
}
