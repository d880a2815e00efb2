//! Several things on one table, for the first page and the log-in.

use crate::draw::{group, number};
use crate::easel::Easel;
use crate::stage::{self, Ground};
use crate::{Family, Picture, View, families, view};

/// A thing in a scene and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct SceneItem<'a> {
    pub picture: Picture<'a>,
    pub x: f64,
    pub y: f64,
    pub scale: f64,
}

/// Draws things one after another, the last in front, before the wall of a family. 500 high.
pub fn scene(of: &[SceneItem<'_>], width: u32, wall: Family) -> String {
    let name = of.iter().map(|item| item.picture.handle).collect::<Vec<_>>().join("+");
    let mut room = Easel::new(&Picture::new(wall, &name, "", View::Front), "", "room");
    stage::set(&mut room, wall, Ground::Table, width);
    for (place, item) in of.iter().enumerate() {
        let kind = families::settle(&item.picture);
        let mut easel = Easel::new(&item.picture, kind, &format!("{name}{place}"));
        easel.prepare_shadow();
        families::draw(&mut easel);
        room.define(&easel.defs);
        let place = format!("translate({} {})scale({})", number(item.x), number(item.y), item.scale);
        room.draw(group(easel.body).transform(place));
    }
    let content = format!("{}<defs>{}</defs>{}", stage::room_style(wall), room.defs, room.body);
    view::frame(&format!("0 0 {width} 500"), "YMax", None, content)
}
