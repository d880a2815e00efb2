//! Things turned on a wheel or a lathe, from their profile.

use crate::draw::{Path, Point};

/// Half-widths and depths from the rim down.
pub type Profile = &'static [Point];

/// A profile set on its foot.
#[derive(Debug, Clone)]
pub struct Turned {
    pub outline: Path,
    pub x: f64,
    pub foot_y: f64,
    pub top: f64,
    /// The widest half-width.
    pub widest: f64,
    pub rim: f64,
    pub foot: f64,
}

impl Turned {
    pub fn new(profile: Profile, x: f64, y: f64, scale: f64) -> Self {
        let last = profile.len() - 1;
        let height = profile[last].1 * scale;
        let top = y - height;
        let right: Vec<Point> = profile.iter().map(|(r, depth)| (x + r * scale, top + depth * scale)).collect();
        let left: Vec<Point> =
            profile.iter().rev().map(|(r, depth)| (x - r * scale, top + depth * scale)).collect();
        let foot = profile[last].0 * scale;
        let outline =
            Path::at(right[0].0, right[0].1).smooth(&right).quad((x, y + foot * 0.16), left[0]).smooth(&left);
        Self {
            outline: outline.close(),
            x,
            foot_y: y,
            top,
            widest: profile.iter().map(|(r, _)| r * scale).fold(0.0, f64::max),
            rim: profile[0].0 * scale,
            foot,
        }
    }

    pub fn height(&self) -> f64 {
        self.foot_y - self.top
    }

    /// The upright box round it.
    pub fn frame(&self) -> [f64; 4] {
        [self.x - self.widest, self.top, self.x + self.widest, self.foot_y]
    }
}
