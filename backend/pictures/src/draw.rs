//! The drawing tools: numbers and colours in as few bytes as SVG allows, paths, elements, gradients.

use std::fmt::{self, Display, Write as _};

/// A coordinate: one decimal below a hundred, none above, no needless zero.
pub fn number(value: f64) -> String {
    if value.abs() >= 100.0 { trimmed(value, 0) } else { trimmed(value, 1) }
}

/// A share, an opacity or a width: up to two decimals.
pub fn fine(value: f64) -> String {
    trimmed(value, 2)
}

fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text.as_str() };
    match text {
        "-0" => "0".to_owned(),
        "0" => "0".to_owned(),
        _ => text
            .replacen("-0.", "-.", 1)
            .strip_prefix("0.")
            .map_or_else(|| text.replacen("-0.", "-.", 1), |rest| format!(".{rest}")),
    }
}

/// Text made safe for content and for attributes. Control characters, which XML forbids, are dropped.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// An opaque colour, 0xrrggbb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u32);

pub const BLACK: Rgb = Rgb(0);
pub const WHITE: Rgb = Rgb(0xff_ffff);

impl Rgb {
    /// Reads `#rrggbb`; anything else is no colour.
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok().map(Self)
    }

    fn channels(self) -> [f64; 3] {
        [16, 8, 0].map(|shift| f64::from(self.0 >> shift & 0xff))
    }

    /// This colour with a share of another.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let (a, b) = (self.channels(), other.channels());
        Self((0..3).fold(0, |sum, i| sum << 8 | (a[i] + (b[i] - a[i]) * share).round() as u32))
    }

    pub fn dark(self, share: f64) -> Self {
        self.mix(Self(0x10161a), share)
    }

    pub fn pale(self, share: f64) -> Self {
        self.mix(Self(0xfffaf0), share)
    }

    /// How bright it looks, 0 to 255.
    pub fn brightness(self) -> f64 {
        let [r, g, b] = self.channels();
        0.3 * r + 0.59 * g + 0.11 * b
    }

    /// The colour, partly transparent.
    pub fn veil(self, alpha: f64) -> Veil {
        Veil(self, alpha)
    }

    pub fn solid(self) -> Veil {
        Veil(self, 1.0)
    }
}

impl Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        if n >> 4 & 0x0f_0f0f == n & 0x0f_0f0f {
            write!(f, "#{:x}{:x}{:x}", n >> 16 & 15, n >> 8 & 15, n & 15)
        } else {
            write!(f, "#{n:06x}")
        }
    }
}

/// A colour with an opacity, written in one hexadecimal word.
#[derive(Debug, Clone, Copy)]
pub struct Veil(Rgb, f64);

impl Display for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(colour, alpha) = *self;
        let short = colour.to_string();
        let sixteenth = (alpha * 15.0).round();
        if alpha >= 1.0 {
            f.write_str(&short)
        } else if short.len() == 4 && (sixteenth / 15.0 - alpha).abs() < 0.021 {
            write!(f, "{short}{:x}", sixteenth as u8)
        } else {
            write!(f, "#{:06x}{:02x}", colour.0, (alpha * 255.0).round() as u8)
        }
    }
}

pub type Point = (f64, f64);

/// The data of a path. Commands are named in words: `line`, `curve`, `quad`, `arc`, each with a relative
/// form that ends in `_by`.
#[derive(Debug, Clone, Default)]
pub struct Path {
    data: String,
    last: Option<char>,
    dotted: bool,
}

impl Path {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn at(x: f64, y: f64) -> Self {
        Self::new().go(x, y)
    }

    /// A path that was drawn by hand.
    pub fn raw(data: &str) -> Self {
        Self { data: data.to_owned(), last: None, dotted: false }
    }

    fn op(mut self, letter: char, values: &[f64]) -> Self {
        let repeated = self.last == Some(letter) && letter != 'M';
        if !repeated {
            self.data.push(letter);
        }
        for (i, value) in values.iter().enumerate() {
            let text = number(*value);
            let glued =
                (i == 0 && !repeated) || text.starts_with('-') || (self.dotted && text.starts_with('.'));
            if !glued {
                self.data.push(' ');
            }
            self.dotted = text.contains('.');
            self.data.push_str(&text);
        }
        self.last = Some(letter);
        self
    }

    pub fn go(self, x: f64, y: f64) -> Self {
        self.op('M', &[x, y])
    }
    pub fn go_by(self, dx: f64, dy: f64) -> Self {
        self.op('m', &[dx, dy])
    }
    pub fn line(self, x: f64, y: f64) -> Self {
        self.op('L', &[x, y])
    }
    pub fn line_by(self, dx: f64, dy: f64) -> Self {
        self.op('l', &[dx, dy])
    }
    pub fn h(self, x: f64) -> Self {
        self.op('H', &[x])
    }
    pub fn h_by(self, dx: f64) -> Self {
        self.op('h', &[dx])
    }
    pub fn v(self, y: f64) -> Self {
        self.op('V', &[y])
    }
    pub fn v_by(self, dy: f64) -> Self {
        self.op('v', &[dy])
    }
    pub fn curve(self, a: Point, b: Point, to: Point) -> Self {
        self.op('C', &[a.0, a.1, b.0, b.1, to.0, to.1])
    }
    pub fn curve_by(self, a: Point, b: Point, to: Point) -> Self {
        self.op('c', &[a.0, a.1, b.0, b.1, to.0, to.1])
    }
    pub fn quad(self, a: Point, to: Point) -> Self {
        self.op('Q', &[a.0, a.1, to.0, to.1])
    }
    pub fn quad_by(self, a: Point, to: Point) -> Self {
        self.op('q', &[a.0, a.1, to.0, to.1])
    }
    /// The front edge of something round: an arc that sags when `sweep` is false and goes rightwards.
    pub fn arc(self, rx: f64, ry: f64, sweep: bool, to: Point) -> Self {
        self.op('A', &[rx, ry, 0.0, 0.0, f64::from(u8::from(sweep)), to.0, to.1])
    }
    pub fn arc_by(self, rx: f64, ry: f64, sweep: bool, by: Point) -> Self {
        self.op('a', &[rx, ry, 0.0, 0.0, f64::from(u8::from(sweep)), by.0, by.1])
    }
    pub fn close(mut self) -> Self {
        self.data.push('Z');
        self.last = None;
        self
    }

    /// A dot, for strokes with round caps.
    pub fn dot(self, x: f64, y: f64) -> Self {
        self.go(x, y).op('h', &[0.1])
    }

    pub fn then(mut self, other: &Self) -> Self {
        self.data.push_str(&other.data);
        self.last = None;
        self
    }

    /// A smooth line on through points, from the first of them (Catmull-Rom as cubics).
    pub fn smooth(self, points: &[Point]) -> Self {
        let count = points.len();
        (0..count.saturating_sub(1)).fold(self, |path, i| {
            let before = points[i.saturating_sub(1)];
            let after = points[(i + 2).min(count - 1)];
            path.bend(before, points[i], points[i + 1], after)
        })
    }

    fn bend(self, a: Point, b: Point, c: Point, d: Point) -> Self {
        let to = (c.0 - b.0, c.1 - b.1);
        let first = ((c.0 - a.0) / 6.0, (c.1 - a.1) / 6.0);
        let second = (to.0 - (d.0 - b.0) / 6.0, to.1 - (d.1 - b.1) / 6.0);
        self.curve_by(first, second, to)
    }
}

impl AsRef<str> for Path {
    fn as_ref(&self) -> &str {
        &self.data
    }
}

/// A smooth closed line through points.
pub fn ring_through(points: &[Point]) -> Path {
    let n = points.len();
    (0..n).fold(Path::at(points[0].0, points[0].1), |path, i| {
        path.bend(points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n])
    })
}

/// A rectangle as a path.
pub fn rect(x: f64, y: f64, w: f64, h: f64) -> Path {
    Path::at(x, y).h_by(w).v_by(h).h_by(-w).close()
}

/// A straight-edged outline.
pub fn polygon(points: &[Point]) -> Path {
    let (first, rest) = (points[0], &points[1..]);
    rest.iter().fold(Path::at(first.0, first.1), |path, p| path.line(p.0, p.1)).close()
}

/// One SVG element being written.
#[derive(Debug, Clone)]
pub struct Element {
    tag: &'static str,
    attributes: String,
    inner: String,
}

impl Element {
    pub fn new(tag: &'static str) -> Self {
        Self { tag, attributes: String::new(), inner: String::new() }
    }

    pub fn attr(mut self, name: &str, value: impl Display) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.attributes, " {name}=\"{value}\"");
        self
    }

    pub fn inner(mut self, content: impl Display) -> Self {
        let _ = write!(self.inner, "{content}");
        self
    }

    pub fn id(self, id: impl Display) -> Self {
        self.attr("id", id)
    }
    pub fn fill(self, paint: impl Display) -> Self {
        self.attr("fill", paint)
    }
    /// A line and nothing inside it.
    pub fn stroke(self, paint: impl Display, width: f64) -> Self {
        self.attr("fill", "none").edge(paint, width)
    }
    /// A line round what is filled already.
    pub fn edge(self, paint: impl Display, width: f64) -> Self {
        self.attr("stroke", paint).attr("stroke-width", fine(width))
    }
    pub fn opacity(self, value: f64) -> Self {
        self.attr("opacity", fine(value))
    }
    pub fn dash(self, pattern: &str) -> Self {
        self.attr("stroke-dasharray", pattern)
    }
    pub fn butt(self) -> Self {
        self.attr("stroke-linecap", "butt")
    }
    pub fn transform(self, transform: impl Display) -> Self {
        self.attr("transform", transform)
    }
}

impl Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tag, attributes, inner } = self;
        if inner.is_empty() {
            write!(f, "<{tag}{attributes}/>")
        } else {
            write!(f, "<{tag}{attributes}>{inner}</{tag}>")
        }
    }
}

/// A filled path; black until told otherwise.
pub fn path(data: impl AsRef<str>) -> Element {
    Element::new("path").attr("d", data.as_ref())
}

/// A stroked path.
pub fn line(data: impl AsRef<str>, paint: impl Display, width: f64) -> Element {
    path(data).stroke(paint, width)
}

fn centred(tag: &'static str, x: f64, y: f64) -> Element {
    let mut element = Element::new(tag);
    for (name, value) in [("cx", number(x)), ("cy", number(y))] {
        if value != "0" {
            element = element.attr(name, value);
        }
    }
    element
}

pub fn circle(x: f64, y: f64, r: f64) -> Element {
    centred("circle", x, y).attr("r", number(r))
}

pub fn oval(x: f64, y: f64, rx: f64, ry: f64) -> Element {
    centred("ellipse", x, y).attr("rx", number(rx)).attr("ry", number(ry))
}

pub fn text(x: f64, y: f64, size: f64, content: &str) -> Element {
    let element = Element::new("text").attr("x", number(x)).attr("y", number(y));
    element.attr("font-size", number(size)).inner(escape(content))
}

pub fn group(content: impl Display) -> Element {
    Element::new("g").inner(content)
}

/// A window: what is drawn inside it is cut at its edges.
pub fn window(x: f64, y: f64, w: f64, h: f64, content: impl Display) -> Element {
    let [x, y, w, h] = [x, y, w, h].map(number);
    let view = format!("{x} {y} {w} {h}");
    let element = Element::new("svg").attr("x", x).attr("y", y).attr("width", w).attr("height", h);
    element.attr("viewBox", view).inner(content)
}

/// Evenly spaced marks round a circle, drawn as one dashed line.
pub fn ticks(at: Point, r: f64, count: u32, width: f64, length: f64, paint: impl Display) -> Element {
    let gap = std::f64::consts::TAU * r / f64::from(count) - width;
    circle(at.0, at.1, r).stroke(paint, length).butt().dash(&format!("{} {gap:.3}", fine(width)))
}

pub type Stop = (f64, Veil);

fn stops(list: &[Stop]) -> String {
    let one = |(offset, colour): &Stop| {
        let stop = Element::new("stop");
        let stop = if *offset == 0.0 { stop } else { stop.attr("offset", fine(*offset)) };
        let black = colour.0 == BLACK && colour.1 >= 1.0;
        if black { stop } else { stop.attr("stop-color", colour) }.to_string()
    };
    list.iter().map(one).collect()
}

/// Light that changes from left to right.
pub fn across(id: impl Display, list: &[Stop]) -> Element {
    Element::new("linearGradient").id(id).inner(stops(list))
}

/// Light that changes from top to bottom.
pub fn down(id: impl Display, list: &[Stop]) -> Element {
    towards(id, "0", "1", list)
}

/// Light that changes from the upper left towards a corner.
pub fn towards(id: impl Display, x: &str, y: &str, list: &[Stop]) -> Element {
    Element::new("linearGradient").id(id).attr("x2", x).attr("y2", y).inner(stops(list))
}

/// Light that changes outwards from a point.
pub fn radial(id: impl Display, list: &[Stop]) -> Element {
    Element::new("radialGradient").id(id).inner(stops(list))
}

/// Light on something round as a ball, with its highlight to the upper left.
pub fn ball(id: impl Display, list: &[Stop]) -> Element {
    let element = Element::new("radialGradient").id(id).attr("cx", ".36").attr("cy", ".28").attr("r", ".78");
    element.inner(stops(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let cases = [
            (0.04, "0"),
            (-0.04, "0"),
            (0.5, ".5"),
            (-0.5, "-.5"),
            (10.0, "10"),
            (99.94, "99.9"),
            (-123.4, "-123"),
            (200.0, "200"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(fine(0.625), ".62");
    }

    #[test]
    fn colours_take_their_shortest_form() {
        assert_eq!(Rgb(0xaabbcc).to_string(), "#abc");
        assert_eq!(Rgb(0xaabbcd).to_string(), "#aabbcd");
        assert_eq!(BLACK.veil(0.4).to_string(), "#0006");
        assert_eq!(WHITE.veil(0.1).to_string(), "#ffffff1a");
        assert_eq!(Rgb::parse("#c98f3c"), Some(Rgb(0xc98f3c)));
        assert_eq!(Rgb::parse("#c98f3\""), None);
    }

    #[test]
    fn paths_leave_out_what_can_be_left_out() {
        let data = Path::at(1.0, 2.0).line(3.0, -4.0).line(0.5, 0.5).h(9.0).close();
        assert_eq!(data.as_ref(), "M1 2L3-4 .5.5H9Z");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a href=\"x\">'&\u{0}"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp; ");
    }
}
