//! The four ways to look at a thing: the front, two close views, and the plan.

use std::fmt::Display;

use crate::draw::{Path, escape, group, line, number, path};
use crate::easel::{Crop, Easel, Form};
use crate::seed::hash;
use crate::stage::{self, Ground};
use crate::{Family, Picture, View, families};

/// Things are drawn on one plan and brought forward here, so that each family fills its frame.
#[derive(Debug, Clone, Copy)]
struct Zoom {
    x: f64,
    y: f64,
    scale: f64,
}

impl Zoom {
    fn of(family: Family) -> Self {
        let (x, y, scale) = match family {
            Family::Tea => (-27.0, -72.0, 1.16),
            Family::Coffee => (-31.0, -74.0, 1.16),
            Family::Spices => (-46.0, -76.0, 1.18),
            Family::Ceramics => (-20.0, -40.0, 1.1),
            Family::Textiles => (-8.0, -14.0, 1.06),
            Family::Instruments => (-16.0, -18.0, 1.08),
            Family::Parcel => (-30.0, -70.0, 1.16),
        };
        Self { x, y, scale }
    }

    fn transform(self) -> String {
        format!("translate({} {})scale({})", number(self.x), number(self.y), self.scale)
    }

    /// The view box of a crop, kept inside the picture.
    fn view_box(self, crop: Crop) -> String {
        let width = (crop.width * self.scale).min(400.0);
        let height = width * 1.25;
        let left = (crop.x * self.scale + self.x - width / 2.0).clamp(0.0, 400.0 - width);
        let top = (crop.y * self.scale + self.y - height / 2.0).clamp(0.0, 500.0 - height);
        [left, top, width, height].map(number).join(" ")
    }
}

/// The outermost element. A picture is cut about its middle; a scene keeps its table and loses the top of
/// its wall.
pub fn frame(view_box: &str, keep: &str, label: Option<&str>, content: impl Display) -> String {
    let spoken = match label {
        Some(label) => format!(r#"role="img" aria-label="{}""#, escape(label)),
        None => r#"aria-hidden="true""#.to_owned(),
    };
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}" preserveAspectRatio="xMid{keep} slice" "#,
            r#"color="{shade}" {spoken} font-family="Georgia,serif" "#,
            r#"text-anchor="middle" stroke-linecap="round">{content}</svg>"#
        ),
        view_box = view_box,
        keep = keep,
        shade = stage::shade(),
        spoken = spoken,
        content = content
    )
}

pub fn draw(picture: &Picture<'_>) -> String {
    let kind = families::settle(picture);
    let family = picture.family;
    if picture.view == View::Plan {
        return plan(picture, kind);
    }
    let mut room = Easel::new(picture, kind, "");
    stage::set(&mut room, family, families::ground(family, kind), 400);
    let mut easel = Easel::new(picture, kind, "");
    let form = families::draw(&mut easel);
    let zoom = Zoom::of(family);
    let view_box = match picture.view {
        View::Detail => zoom.view_box(form.detail),
        View::Goods => zoom.view_box(form.goods),
        View::Front | View::Plan => "0 0 400 500".to_owned(),
    };
    let content = format!(
        "{}<defs>{}{}</defs>{}{}",
        stage::room_style(family),
        room.defs,
        easel.defs,
        room.body,
        group(easel.body).transform(zoom.transform())
    );
    frame(&view_box, "YMid", picture.label, content)
}

/// How many centimetres one unit of the drawing stands for.
fn measure(family: Family, ground: Ground) -> f64 {
    match (family, ground) {
        (Family::Tea, _) => 0.058,
        (Family::Coffee, _) => 0.078,
        (Family::Spices, _) => 0.046,
        (Family::Ceramics, _) => 0.084,
        (Family::Textiles, Ground::Wall) => 0.56,
        (Family::Textiles, _) => 0.19,
        (Family::Instruments, Ground::Table) => 0.092,
        (Family::Instruments, _) => 0.061,
        (Family::Parcel, _) => 0.13,
    }
}

fn centimetres(units: f64, scale: f64) -> String {
    let length = units * scale;
    if length >= 50.0 { format!("{length:.0} cm") } else { format!("{length:.1} cm") }
}

/// Squared paper, the outline in ink, an axis, two measures.
fn plan(picture: &Picture<'_>, kind: &'static str) -> String {
    let mut easel = Easel::new(picture, kind, "");
    let Form { outline, frame: f, .. } = families::draw(&mut easel);
    let (middle, half) = ((f.left + f.right) / 2.0, (f.top + f.bottom) / 2.0);
    let scale =
        measure(picture.family, families::ground(picture.family, kind)) * easel.chance.between(0.95, 1.05);
    let tall = picture.tall.map_or_else(|| centimetres(f.bottom - f.top, scale), escape);
    let wide = picture.wide.map_or_else(|| centimetres(f.right - f.left, scale), escape);
    let grid = (1..20).fold(Path::new(), |p, k| p.go(f64::from(k) * 20.0, 0.0).v(500.0));
    let grid = (1..25).fold(grid, |p, k| p.go(0.0, f64::from(k) * 20.0).h(400.0));
    let (side, below) = (f.right + 28.0, f.bottom + 34.0);
    let upright =
        Path::at(side, f.top).v(f.bottom).go_by(-5.0, 0.0).h_by(10.0).go(side - 5.0, f.top).h_by(10.0);
    let rule =
        upright.go(f.left, below).h(f.right).go_by(0.0, -5.0).v_by(10.0).go(f.left, below - 5.0).v_by(10.0);
    let (ink, sea) = (stage::ink(), stage::sea());
    let content = format!(
        concat!(
            "{style}{paper}{grid}{outline}{axis}{rule}",
            r#"<g font-family="Figtree,sans-serif" font-size="13" fill="{ink}">"#,
            r#"<text transform="translate({tx} {ty})rotate(90)">{tall}</text><text x="{wx}" y="{wy}">{wide}</text>"#,
            r#"<text x="380" y="36" font-size="10" text-anchor="end" opacity=".7">No.{lot} / {sheet:08x}</text></g>"#
        ),
        style = stage::plan_style(),
        paper = path("M0 0H400V500H0Z").fill(stage::paper()),
        grid = line(grid, &sea, 0.5).opacity(0.16),
        outline = path(outline)
            .fill(&sea)
            .attr("fill-opacity", ".05")
            .edge(&ink, 1.4)
            .attr("stroke-linejoin", "round"),
        axis = line(Path::at(middle, f.top - 24.0).v(f.bottom + 22.0), &ink, 0.8).dash("12 4 2 4").opacity(0.5),
        rule = line(rule, &ink, 1.0),
        ink = ink,
        tx = number(side + 10.0),
        ty = number(half),
        wx = number(middle),
        wy = number(f.bottom + 54.0),
        tall = tall,
        wide = wide,
        lot = easel.lot,
        sheet = hash(picture.handle)
    );
    frame("0 0 400 500", "YMid", picture.label, content)
}
