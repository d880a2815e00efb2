//! Labels: the lettering that they share, and the small pictures printed on them.

use std::f64::consts::{PI, TAU};

use crate::draw::{
    Element, Path, Point, Rgb, circle, group, line, number, path, polygon, rect, ring_through, text,
};
use crate::easel::Easel;
use crate::seed::{cos, sin};

/// The most letters that a line of a label shows.
const LONGEST: usize = 16;

/// Two short lines of a title.
pub fn lines(title: &str) -> (String, String) {
    let name = title.split([',', '(']).next().unwrap_or_default();
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = if words.len() > 3 { 2 } else { 1 }.min(words.len());
    (clip(&words[..first].join(" ")), clip(&words[first..].join(" ")))
}

fn clip(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let kept: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

/// How wide a letter is in Georgia, in shares of its size: the first typeface of the stack that a picture in an `<img>`,
/// which has no page to borrow fonts from, may find.
fn advance(letter: char) -> f64 {
    match letter {
        ' ' => 0.25,
        'i' | 'j' | 'l' | '.' | ',' | '\'' | '’' => 0.29,
        'f' | 't' | '-' | 'I' => 0.37,
        'c' | 'r' | 's' | 'z' => 0.45,
        'a' | 'e' | 'g' | 'v' | 'x' | 'y' | 'J' => 0.51,
        'M' | 'W' | '…' => 0.95,
        'm' => 0.88,
        'w' | 'D' | 'G' | 'N' | 'O' | 'Q' | 'U' | '&' => 0.75,
        'H' => 0.82,
        upper if upper.is_uppercase() => 0.67,
        // Scripts whose letters fill a square.
        wide if wide >= '\u{2e80}' => 1.0,
        _ => 0.58,
    }
}

/// How wide a line is at size 1.
fn measure(line: &str) -> f64 {
    line.chars().map(advance).sum()
}

/// A line exactly as wide as it is measured, whatever typeface the system falls back to.
pub fn set(x: f64, y: f64, size: f64, line: &str) -> Element {
    let element = text(x, y, size, line);
    let width = measure(line) * size;
    if width <= 0.0 {
        return element;
    }
    // Rounded down, as far as it will be written: a tenth too much would be outside.
    let width = if width < 100.0 { (width * 10.0).floor() / 10.0 } else { width.floor() };
    element.attr("textLength", number(width)).attr("lengthAdjust", "spacingAndGlyphs")
}

/// The largest size at which a line fits a width.
pub fn fit(line: &str, width: f64, largest: f64) -> f64 {
    largest.min(width / measure(line).max(1.0))
}

/// The slant of the second line leaves it smaller than the first.
const SECOND: f64 = 0.86;
/// The lot's size and width at their largest, and the share of a label's width that they take.
const LOT: (f64, f64) = (7.0, 79.0);
const LOT_SHARE: f64 = 0.94;
/// From the first line to the rule, in shares of its size; from there to the lot, and what is left free below it.
const RULE: f64 = 1.5;
const LOT_DROP: f64 = 11.0;
const FOOT: f64 = 4.0;

/// The sizes of a label's lines.
#[derive(Debug, Clone, PartialEq)]
struct Setting {
    name: String,
    size: f64,
    second: String,
    second_size: f64,
    lot_size: f64,
    lot_width: f64,
}

/// What a label has for its lettering: how wide, how far down from the first line, and how large at most.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    pub width: f64,
    pub below: f64,
    pub largest: f64,
}

impl Setting {
    fn new(title: &str, Room { width, below, largest }: Room) -> Self {
        let (name, second) = lines(title);
        let largest = largest.min((below - LOT_DROP - FOOT) / RULE);
        let small = if second.is_empty() { largest } else { fit(&second, width, largest) / SECOND };
        let size = fit(&name, width, largest).min(small);
        let lot = (width * LOT_SHARE / LOT.1).min(1.0);
        Self { name, size, second, second_size: size * SECOND, lot_size: LOT.0 * lot, lot_width: LOT.1 * lot }
    }
}

/// Name, italic second line, hair rule, lot number: the one typographic voice of every label.
pub fn lettering(easel: &Easel<'_>, (x, y): Point, room: Room, ink: Rgb) -> String {
    let Setting { name, size, second, second_size, lot_size, lot_width } =
        Setting::new(easel.picture.title, room);
    let mut out = set(x, y, size, &name).to_string();
    if !second.is_empty() {
        let second = set(x, y + size * 1.02, second_size, &second);
        out += &second.attr("font-style", "italic").to_string();
    }
    let lot = text(x, y + size * RULE + LOT_DROP, lot_size, &format!("TRADEWIND No.{}", easel.lot));
    let lot = lot.attr("textLength", number(lot_width)).attr("font-family", "sans-serif");
    out += &lot.opacity(0.75).to_string();
    let rule = Path::at(x - room.width * 0.16, y + size * RULE).h_by(room.width * 0.32);
    format!("{}{}", group(out).fill(ink), line(rule, ink, 0.7).opacity(0.6))
}

/// Where a motif is printed.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Area {
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// A point by its shares of width and height.
    fn point(self, across: f64, down: f64) -> Point {
        (self.x + self.w * across, self.y + self.h * down)
    }
}

pub const MOTIFS: [&str; 9] = ["sprig", "hills", "waves", "rays", "moon", "contours", "boat", "peaks", "star"];

/// The motif that was wished for, or one of several by chance.
pub fn choose(easel: &mut Easel<'_>, choices: &[&'static str]) -> &'static str {
    let wished = easel.picture.motif.and_then(|wish| MOTIFS.into_iter().find(|known| *known == wish));
    wished.unwrap_or_else(|| easel.chance.pick(choices))
}

/// True for motifs that fill their area from edge to edge.
pub fn bleeds(motif: &str) -> bool {
    matches!(motif, "hills" | "waves" | "boat" | "peaks")
}

pub fn motif(easel: &mut Easel<'_>, name: &str, area: Area, ink: Rgb, accent: Rgb) -> String {
    match name {
        "hills" => hills(easel, area, ink, accent),
        "waves" => waves(easel, area, ink, accent),
        "rays" => rays(area, ink, accent),
        "moon" => moon(area, ink, accent),
        "contours" => contours(easel, area, ink),
        "boat" => boat(easel, area, ink, accent),
        "peaks" => peaks(easel, area, ink, accent),
        "star" => star(area.point(0.5, 0.52), area.h * 0.46, ink, accent),
        _ => sprig(area, ink, accent),
    }
}

fn disc(at: Point, r: f64, paint: Rgb) -> String {
    circle(at.0, at.1, r).fill(paint).to_string()
}

fn sprig(area: Area, ink: Rgb, accent: Rgb) -> String {
    let (mut leaves, mut stem) = (Path::new(), Path::new());
    for i in 0..7 {
        let t = f64::from(i) / 6.0;
        let (x, y) = (area.x + area.w * (0.5 + sin(t * 2.4) * 0.05), area.y + area.h * (0.94 - 0.72 * t));
        let length = area.w * 0.2 * (1.1 - t * 0.45);
        let last = i == 6;
        let side = if last { 0.0 } else { f64::from(i % 2 * 2 - 1) };
        let belly = if last { 6.0 } else { 0.0 };
        let tip = (x + side * length, y - length * if last { 1.2 } else { 0.62 });
        leaves = leaves.go(x, y).quad((x + side * length * 0.2 - belly, tip.1 + length * 0.02), tip);
        leaves = leaves.quad((x + side * length * 0.8 + belly, y + length * 0.02), (x, y));
        stem = if i == 0 { stem.go(x, y) } else { stem.line(x, y) };
    }
    let berry = disc(area.point(0.74, 0.27), area.w * 0.07, accent);
    format!("{}{}{berry}", line(stem, ink, 1.2), path(leaves).fill(ink))
}

/// Ridges one behind another, the nearest darkest.
fn ridge(easel: &mut Easel<'_>, area: Area, top: f64, rough: f64) -> Path {
    let points: Vec<Point> =
        (0..6).map(|i| area.point(f64::from(i) / 5.0, top + easel.chance.between(-rough, rough))).collect();
    let foot = area.point(1.0, 1.0);
    Path::at(area.x, foot.1).line(points[0].0, points[0].1).smooth(&points).line(foot.0, foot.1).close()
}

fn hills(easel: &mut Easel<'_>, area: Area, ink: Rgb, accent: Rgb) -> String {
    let sun = area.point(easel.chance.between(0.3, 0.7), 0.36);
    let mut out = disc(sun, area.h * 0.2, accent);
    for (top, share) in [(0.5, 0.4), (0.68, 0.7), (0.86, 1.0)] {
        out += &path(ridge(easel, area, top, 0.1)).fill(accent.mix(ink, share)).to_string();
    }
    out
}

fn waves(easel: &mut Easel<'_>, area: Area, ink: Rgb, accent: Rgb) -> String {
    let (u, v) = (area.w / 4.0, area.w * 0.18);
    let middles = [(u / 2.0, v), (0.0, v / 2.0), (u, v / 2.0), (u / 2.0, 0.0), (0.0, v * 1.5), (u, v * 1.5)];
    let scales = middles.iter().flat_map(|at| (1..4).map(move |k| (*at, u / 6.0 * f64::from(k))));
    let scales = scales.fold(Path::new(), |p, ((x, y), r)| p.go(x - r, y).arc_by(r, r, true, (2.0 * r, 0.0)));
    let [x, y, w, h] = [area.x, area.y, u, v].map(number);
    let cloth = line(scales, ink, 1.1).opacity(0.8);
    let id = easel.id("v");
    let tile = format!(
        r#"<pattern id="{id}" x="{x}" y="{y}" width="{w}" height="{h}" patternUnits="userSpaceOnUse">{cloth}</pattern>"#
    );
    let sea = path(rect(area.x, area.y, area.w, area.h)).fill(easel.url("v"));
    format!("{tile}{sea}{}", disc(area.point(0.7, 0.26), area.w * 0.1, accent))
}

fn rays(area: Area, ink: Rgb, accent: Rgb) -> String {
    let (x, y) = area.point(0.5, 0.98);
    let beams = (0..17).fold(Path::new(), |p, i| {
        let angle = PI * (1.0 + f64::from(i) / 16.0);
        let (inner, outer) = (area.w * 0.22, area.w * if i % 2 == 0 { 0.47 } else { 0.4 });
        p.go(x + cos(angle) * inner, y + sin(angle) * inner)
            .line(x + cos(angle) * outer, y + sin(angle) * outer)
    });
    let r = area.w * 0.17;
    let sun = Path::at(x - r, y).arc_by(r, r, true, (2.0 * r, 0.0)).close();
    format!("{}{}", line(beams, ink, 1.3), path(sun).fill(accent))
}

fn moon(area: Area, ink: Rgb, accent: Rgb) -> String {
    let mut flowers = Path::new();
    for (i, (across, down)) in [(0.28, 0.7), (0.44, 0.46), (0.66, 0.76)].into_iter().enumerate() {
        let (x, y) = area.point(across, down);
        let q = area.h * 0.1;
        for k in 0..5 {
            let t = f64::from(k) / 5.0 * TAU + i as f64;
            let tip = (q * cos(t) * 1.5, q * sin(t) * 1.5);
            flowers = flowers.go(x, y).quad_by((q * cos(t - 0.5) * 1.2, q * sin(t - 0.5) * 1.2), tip);
            flowers = flowers.quad_by((-q * cos(t - 0.9) * 0.5, -q * sin(t - 0.9) * 0.5), (-tip.0, -tip.1));
        }
    }
    format!("{}{}", disc(area.point(0.58, 0.42), area.h * 0.3, accent), path(flowers).fill(ink))
}

fn contours(easel: &mut Easel<'_>, area: Area, ink: Rgb) -> String {
    let (x, y) = area.point(easel.chance.between(0.38, 0.62), 0.52);
    let phase = easel.chance.between(0.0, 6.0);
    let ring = |k: i32| {
        let at = |i: i32| {
            let t = f64::from(i) / 7.0 * TAU;
            let uneven =
                1.0 + 0.16 * sin(t * 2.0 + phase) + 0.09 * cos(t * 3.0 + phase * 2.0 + f64::from(k) * 0.25);
            let r = area.w / 7.4 * f64::from(k) * uneven;
            (x + cos(t) * r, y + sin(t) * r * 0.72)
        };
        ring_through(&(0..7).map(at).collect::<Vec<_>>())
    };
    line((1..5).fold(Path::new(), |p, k| p.then(&ring(k))), ink, 1.1).to_string()
}

fn boat(easel: &mut Easel<'_>, area: Area, ink: Rgb, accent: Rgb) -> String {
    let (x, y) = area.point(easel.chance.between(0.4, 0.56), 0.74);
    let s = area.h / 70.0;
    let sail = |dx: f64, w: f64, h: f64| {
        let (x, y) = (x + dx * s, y - 5.0 * s);
        Path::at(x, y).line(x, y - h * s).quad((x + w * s * 0.9, y - h * s * 0.55), (x + w * s, y)).close()
    };
    let hull =
        Path::at(x - 24.0 * s, y - 2.0 * s).h_by(50.0 * s).quad_by((-4.0 * s, 12.0 * s), (-14.0 * s, 12.0 * s));
    let hull = hull.h_by(-24.0 * s).quad_by((-8.0 * s, 0.0), (-12.0 * s, -12.0 * s)).close();
    let sea = Area::new(area.x, area.y, area.w, area.h);
    let out = disc(area.point(0.76, 0.3), area.h * 0.14, accent);
    let sails = path(sail(0.0, 22.0, 44.0).then(&sail(-4.0, -15.0, 34.0))).fill(ink);
    let near = path(ridge(easel, sea, 0.86, 0.03)).fill(accent.mix(ink, 0.45));
    let far = path(ridge(easel, sea, 0.95, 0.03)).fill(accent.mix(ink, 0.8));
    format!("{out}{sails}{}{near}{far}", path(hull).fill(ink))
}

fn peaks(easel: &mut Easel<'_>, area: Area, ink: Rgb, accent: Rgb) -> String {
    let mut out = disc(area.point(0.24, 0.3), area.h * 0.13, accent);
    for (middle, top, wide, share) in [(0.72, 0.36, 0.42, 0.55), (0.42, 0.18, 0.46, 1.0)] {
        let middle = middle + easel.chance.between(-0.06, 0.06);
        let colour = accent.mix(ink, share);
        let (tip, left, right) =
            (area.point(middle, top), area.point(middle - wide, 1.0), area.point(middle + wide, 1.0));
        out += &path(polygon(&[tip, right, left])).fill(colour).to_string();
        let at = |t: f64, foot: Point| (tip.0 + (foot.0 - tip.0) * t, tip.1 + (foot.1 - tip.1) * t);
        let snow = polygon(&[
            tip,
            at(0.36, right),
            area.point(middle + 0.04, top + 0.2),
            area.point(middle - 0.03, top + 0.3),
            at(0.3, left),
        ]);
        out += &path(snow).fill(colour.pale(0.8)).to_string();
    }
    out
}

/// A compass rose of sixteen points, half of each in light.
pub fn star(at: Point, r: f64, ink: Rgb, light: Rgb) -> String {
    let (mut shaded, mut lit) = (Path::new(), Path::new());
    for k in 0..16 {
        let t = f64::from(k) * PI / 8.0;
        let length = r * if k % 4 == 0 {
            1.0
        } else if k % 2 == 0 {
            0.72
        } else {
            0.46
        };
        let width = r * if k % 2 == 0 { 0.13 } else { 0.06 };
        let half = |lean: f64| (at.0 + sin(t + lean) * width, at.1 - cos(t + lean) * width);
        let tip = (sin(t) * length, -cos(t) * length);
        let (a, b) = (half(0.39), half(-0.39));
        shaded = shaded.go(at.0, at.1).line_by(tip.0, tip.1).line(a.0, a.1).close();
        if k % 2 == 0 {
            lit = lit.go(at.0, at.1).line_by(tip.0, tip.1).line(b.0, b.1).close();
        }
    }
    format!("{}{}", path(lit).fill(light).edge(ink, 0.4), path(shaded).fill(ink))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming;

    /// Every product that the shop is seeded with: its family and its handle.
    const SEEDED: &str = include_str!("../tests/handles.txt");

    fn titles() -> impl Iterator<Item = String> {
        SEEDED.lines().filter_map(|line| line.split_once(' ')).map(|(_, handle)| naming::title(handle))
    }

    #[test]
    fn what_is_lettered_stays_within_its_label_and_can_be_read() {
        assert_eq!(titles().count(), 240);
        // From the narrowest label of a jar to the widest of a tin.
        for width in (60..=140).map(f64::from) {
            for title in titles() {
                let set = Setting::new(&title, Room { width, below: width / 2.0, largest: 23.0 });
                let widest = (measure(&set.name) * set.size).max(measure(&set.second) * set.second_size);
                assert!(widest <= width + 1e-9, "{title} is {widest} wide on a label of {width}");
                assert!(set.lot_width < width, "the lot on a label of {width}");
                let foot = set.size * RULE + LOT_DROP;
                assert!(foot < width / 2.0, "{title} ends at {foot}, below a label of {width}");
                assert!(
                    set.second_size > width * 0.085,
                    "{title} is {} small on a label of {width}",
                    set.second_size
                );
            }
        }
    }

    #[test]
    fn a_line_is_as_wide_as_it_is_measured_in_every_typeface() {
        let line = set(50.0, 10.0, 16.0, "Monsooned").to_string();
        let stated =
            line.split("textLength=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::parse::<f64>);
        let measured = measure("Monsooned") * 16.0;
        assert!(matches!(stated, Some(Ok(width)) if width <= measured && width > measured - 0.2), "{line}");
        assert!(line.contains("spacingAndGlyphs"));
        assert!(!set(0.0, 0.0, 16.0, "").to_string().contains("textLength"), "nothing to stretch");
    }

    #[test]
    fn a_wide_name_is_set_smaller_than_a_slim_one() {
        assert!(fit("Monsooned", 88.0, 23.0) < fit("Illilille", 88.0, 23.0));
    }

    #[test]
    fn a_title_makes_two_lines() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(lines("Smoked Lapsang"), pair("Smoked", "Lapsang"));
        assert_eq!(lines("Darjeeling First Flush"), pair("Darjeeling", "First Flush"));
        assert_eq!(lines("Moon Jar (large), white"), pair("Moon", "Jar"));
        assert_eq!(lines(""), pair("", ""));
        assert_eq!(lines("Antidisestablishmentarian"), pair("Antidisestablis…", ""));
    }
}
