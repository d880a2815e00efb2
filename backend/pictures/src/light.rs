//! How light falls on surfaces: veils of black and white that are laid over a flat colour.

use crate::draw::{BLACK, Element, Rgb, Stop, WHITE, across, towards};

/// Glazed or lacquered and round: dark edge, highlight left of the middle, core shadow, reflected light.
pub fn gloss(id: String) -> Element {
    across(
        id,
        &[
            (0.0, BLACK.veil(0.4)),
            (0.1, BLACK.veil(0.14)),
            (0.27, WHITE.veil(0.4)),
            (0.36, WHITE.veil(0.2)),
            (0.52, WHITE.veil(0.0)),
            (0.78, BLACK.veil(0.2)),
            (0.94, BLACK.veil(0.4)),
            (1.0, BLACK.veil(0.27)),
        ],
    )
}

/// Round without a shine.
pub fn matte(id: String) -> Element {
    across(
        id,
        &[
            (0.0, BLACK.veil(0.34)),
            (0.2, BLACK.veil(0.04)),
            (0.34, WHITE.veil(0.2)),
            (0.52, WHITE.veil(0.0)),
            (0.8, BLACK.veil(0.2)),
            (1.0, BLACK.veil(0.44)),
        ],
    )
}

/// A flat side turned a little to the window.
pub fn slope(id: String) -> Element {
    towards(id, "1", "1", &[(0.0, WHITE.veil(0.27)), (0.5, WHITE.veil(0.0)), (1.0, BLACK.veil(0.2))])
}

pub const BRASS: Metal = Metal { base: Rgb(0xc59c50), bright: Rgb(0xf3dca2), deep: Rgb(0x7a5724) };

/// A metal by its three tones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metal {
    pub base: Rgb,
    pub bright: Rgb,
    pub deep: Rgb,
}

impl Metal {
    fn band(self) -> [Stop; 6] {
        [
            (0.0, self.bright.solid()),
            (0.22, self.base.solid()),
            (0.45, self.base.mix(self.bright, 0.72).solid()),
            (0.7, self.deep.solid()),
            (0.88, self.base.solid()),
            (1.0, self.deep.mix(self.base, 0.3).solid()),
        ]
    }

    /// Turned metal in slanting light.
    pub fn sheen(self, id: String) -> Element {
        towards(id, ".8", "1", &self.band())
    }

    /// A rod or tube that lies along x: the light changes from top to bottom.
    pub fn tube(self, id: String) -> Element {
        towards(id, "0", "1", &self.band())
    }
}

/// Wood that was turned on a lathe.
pub fn timber(id: String, wood: Rgb) -> Element {
    across(
        id,
        &[
            (0.0, wood.dark(0.4).solid()),
            (0.3, wood.pale(0.32).solid()),
            (0.6, wood.solid()),
            (1.0, wood.dark(0.55).solid()),
        ],
    )
}
