//! The voyage of an order: a chart with four ports, decoration over the log that says the same in words.

use leptos::prelude::*;

/// One port of the chart: what it is called, and when the order was or will be there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Port {
    pub title: String,
    pub when: String,
}

/// How far the order came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Placed, paid, shipped, delivered.
    pub ports: [Port; 4],
    /// The port reached last, 0 to 3.
    pub reached: usize,
}

type Point = (f64, f64);

/// A cubic Bézier curve between two ports.
struct Leg {
    from: Point,
    bend_1: Point,
    bend_2: Point,
    to: Point,
}

impl Leg {
    fn path(&self) -> String {
        let [from, bend_1, bend_2, to] = [self.from, self.bend_1, self.bend_2, self.to].map(|(x, y)| format!("{x},{y}"));
        format!("M{from}C{bend_1} {bend_2} {to}")
    }

    /// The point at `t` in 0..1 (Bernstein form).
    fn at(&self, t: f64) -> Point {
        let s = 1.0 - t;
        let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        let points = [self.from, self.bend_1, self.bend_2, self.to];
        weights.iter().zip(points).fold((0.0, 0.0), |(x, y), (weight, point)| (x + weight * point.0, y + weight * point.1))
    }
}

/// A drawing of the chart: lying for wide pages, upright for phones.
struct Sheet {
    class: &'static str,
    view_box: &'static str,
    graticule: String,
    swell: &'static str,
    coast: &'static str,
    legs: [Leg; 3],
    /// Where on the leg ahead the boat is.
    boat_at: f64,
    /// From a port to the baseline of its title.
    title_offset: Point,
    anchor: &'static str,
}

/// The boat floats this far above the line.
const BOAT_RISE: f64 = 14.0;
/// Home: the boat lies at anchor before the last port.
const ANCHORAGE: f64 = 0.7;

impl Sheet {
    fn level() -> Self {
        Self {
            class: "level",
            view_box: "0 0 1200 330",
            graticule: graticule((-1200, 2400, 60), (60, 330, 60), (-1200, 2400), 330),
            swell: "M0 147q34 -8 68 -7M490 171q41 -12 82 -4M262 235q26 -11 53 -6M992 126q24 -10 48 -6M711 183q42 -10 83 -4M955 4q29 -13 57 -6M16 127q60 -12 120 -3M733 316q34 -15 69 -2M861 267q63 -10 125 -3M959 313q53 -16 106 -7M518 84q48 -8 95 -8M998 116q59 -8 119 -6M1141 181q51 -12 101 -7M520 306q65 -11 130 -7M609 74q22 -8 44 -7M131 116q45 -11 90 -5M127 125q28 -13 56 -5M1110 32q64 -16 128 -7M678 122q59 -13 118 -5M367 176q32 -16 63 -5M1092 49q27 -16 54 -6M346 273q36 -15 73 -5M611 76q25 -14 49 -7M315 250q35 -15 71 -5M1 7q21 -12 43 -4M970 105q49 -16 98 -5",
            coast: "M-2000 0H96C74 24 108 44 82 72S40 96 60 128 22 170 44 204 8 246 26 280 10 312 18 330H-2000ZM3200 330V0H1168C1152 22 1180 46 1160 70S1142 118 1166 142 1128 190 1150 222 1120 262 1138 290 1118 318 1124 330Z",
            legs: [
                Leg { from: (120.0, 214.0), bend_1: (220.0, 150.0), bend_2: (340.0, 112.0), to: (440.0, 120.0) },
                Leg { from: (440.0, 120.0), bend_1: (560.0, 130.0), bend_2: (650.0, 236.0), to: (780.0, 208.0) },
                Leg { from: (780.0, 208.0), bend_1: (890.0, 184.0), bend_2: (960.0, 110.0), to: (1090.0, 104.0) },
            ],
            boat_at: 0.46,
            title_offset: (0.0, 42.0),
            anchor: "middle",
        }
    }

    fn upright() -> Self {
        Self {
            class: "upright",
            view_box: "0 0 340 560",
            graticule: graticule((-420, 798, 42), (42, 560, 42), (-1200, 1540), 560),
            swell: "M0 250q34 -8 68 -7M139 290q41 -12 82 -4M74 400q26 -11 53 -6M281 214q24 -10 48 -6M201 311q42 -10 83 -4M271 7q29 -13 57 -6M5 215q60 -12 120 -3M208 537q34 -15 69 -2M244 453q63 -10 125 -3M272 531q53 -16 106 -7M147 143q48 -8 95 -8M283 197q59 -8 119 -6M323 308q51 -12 101 -7M147 519q65 -11 130 -7M173 126q22 -8 44 -7M37 196q45 -11 90 -5M36 212q28 -13 56 -5M314 55q64 -16 128 -7M192 207q59 -13 118 -5M104 298q32 -16 63 -5",
            coast: "M-2000 0H70C48 22 60 40 36 52S20 100 0 112C-90 150-300 90-2000 160ZM340 560H196C206 540 250 548 262 530S300 514 312 494 330 476 340 470C420 440 700 480 2400 430V560Z",
            legs: [
                Leg { from: (78.0, 74.0), bend_1: (70.0, 124.0), bend_2: (118.0, 160.0), to: (112.0, 206.0) },
                Leg { from: (112.0, 206.0), bend_1: (106.0, 256.0), bend_2: (66.0, 292.0), to: (70.0, 338.0) },
                Leg { from: (70.0, 338.0), bend_1: (74.0, 386.0), bend_2: (112.0, 420.0), to: (108.0, 466.0) },
            ],
            boat_at: 0.5,
            title_offset: (30.0, 2.0),
            anchor: "start",
        }
    }

    fn port(&self, index: usize) -> Point {
        self.legs.get(index).map_or(self.legs[2].to, |leg| leg.from)
    }

    /// On the leg ahead; once home, at anchor on the last one.
    fn boat(&self, reached: usize) -> Point {
        let (x, y) = self.legs.get(reached).map_or_else(|| self.legs[2].at(ANCHORAGE), |leg| leg.at(self.boat_at));
        (x.round(), (y - BOAT_RISE).round())
    }
}

/// The chart's grid: verticals from, to and every so many units, then the same for the horizontals.
fn graticule(columns: (i32, i32, usize), rows: (i32, i32, usize), width: (i32, i32), height: i32) -> String {
    let columns = (columns.0..columns.1).step_by(columns.2).map(|x| format!("M{x} 0V{height}"));
    let rows = (rows.0..rows.1).step_by(rows.2).map(|y| format!("M{} {y}H{}", width.0, width.1));
    columns.chain(rows).collect()
}

/// What the chart says to those who do not see it.
fn spoken(course: &Course) -> String {
    let names = |ports: &[Port]| ports.iter().map(|port| port.title.to_lowercase()).collect::<Vec<_>>().join(", ");
    match course.ports.get(course.reached + 1) {
        Some(next) => format!("Progress: {}; not yet {}", names(&course.ports[..=course.reached]), next.title.to_lowercase()),
        None => format!("Progress: {}", names(&course.ports)),
    }
}

/// The chart, lying and upright; the style sheet shows the one that fits.
#[component]
pub fn Voyage(#[prop(into)] course: Signal<Course>) -> impl IntoView {
    view! {
        <section class="voyage" aria-label=move || spoken(&course.get())>
            <div class="page" style="padding-inline:0">
                <Chart course sheet=Sheet::level() />
                <Chart course sheet=Sheet::upright() />
            </div>
        </section>
    }
}

/// One drawing of the chart.
#[component]
fn Chart(course: Signal<Course>, sheet: Sheet) -> impl IntoView {
    let Sheet { class, view_box, swell, coast, .. } = sheet;
    let graticule = sheet.graticule.clone();
    view! {
        <svg class=class viewBox=view_box aria-hidden="true">
            <path d=graticule stroke="var(--sea)" stroke-width=".5" opacity=".16" />
            <path d=swell fill="none" stroke="var(--sea)" stroke-width=".8" opacity=".32" />
            <path d=coast fill="var(--brass-wash)" stroke="var(--ink)" stroke-opacity=".5" stroke-width="1" />
            {move || {
                let course = course.get();
                view! {
                    {sheet.legs.iter().enumerate().map(|(index, leg)| draw_leg(leg, index < course.reached)).collect_view()}
                    {draw_boat(sheet.boat(course.reached))}
                    {course.ports.iter().enumerate().map(|(index, port)| draw_port(&sheet, index, port, course.reached)).collect_view()}
                }
            }}
        </svg>
    }
}

/// Solid is sailed, dotted is ahead.
fn draw_leg(leg: &Leg, sailed: bool) -> impl IntoView + use<> {
    let (width, dashes, cap) = if sailed { ("2.4", None, None) } else { ("1.5", Some("3 8"), Some("round")) };
    view! { <path d=leg.path() fill="none" stroke="var(--sea)" stroke-width=width stroke-dasharray=dashes stroke-linecap=cap /> }
}

fn draw_boat((x, y): Point) -> impl IntoView {
    view! {
        <g transform=format!("translate({x} {y})")>
            <circle r="24" cy="4" fill="var(--sea-wash)" />
            <path d="M-17 9H17L12.5 17H-13ZM0 6V-17L12 6ZM-3 6V-10L-11 6Z" fill="var(--ink)" />
        </g>
    }
}

/// Ticked when left behind, ringed when it is the last one reached, hollow when ahead.
fn draw_port(sheet: &Sheet, index: usize, port: &Port, reached: usize) -> impl IntoView + use<> {
    let (x, y) = sheet.port(index);
    let (label_x, label_y) = (x + sheet.title_offset.0, y + sheet.title_offset.1);
    let ahead = index > reached;
    let ringed = index == reached && reached < 3;
    let (radius, fill) = if ahead { ("7", "var(--sea-wash)") } else { ("8", "var(--sea)") };
    view! {
        <circle cx=x cy=y r=radius fill=fill stroke="var(--sea)" stroke-width="1.6" />
        {ringed.then(|| view! { <circle cx=x cy=y r="15" fill="none" stroke="var(--sea)" stroke-width="1" /> })}
        {(!ahead && !ringed)
            .then(|| {
                view! {
                    <path d=format!("M{} {y}l2.6 2.8 4.8-5.6", x - 3.5) fill="none" stroke="var(--on-sea)" stroke-width="1.6" />
                }
            })}
        <text x=label_x y=label_y text-anchor=sheet.anchor font-family="var(--font-display)" font-size="24" fill="var(--ink)">
            {port.title.clone()}
        </text>
        <text x=label_x y=label_y + 20.0 text-anchor=sheet.anchor font-family="var(--font-text)" font-size="14" fill="var(--ink-soft)">
            {port.when.clone()}
        </text>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(reached: usize) -> Course {
        Course { ports: ["Placed", "Paid", "Shipped", "Delivered"].map(|title| Port { title: title.into(), when: String::new() }), reached }
    }

    #[test]
    fn the_boat_is_where_the_reference_drawing_has_it() {
        assert_eq!(Sheet::level().boat(2), (916.0, 141.0));
        assert_eq!(Sheet::upright().boat(2), (92.0, 389.0));
    }

    #[test]
    fn the_boat_stays_on_the_chart_wherever_the_order_is() {
        for reached in 0..4 {
            let (x, y) = Sheet::upright().boat(reached);
            assert!((24.0..316.0).contains(&x) && (24.0..536.0).contains(&y), "{reached}: {x} {y}");
        }
    }

    #[test]
    fn the_legs_meet_at_the_ports() {
        for sheet in [Sheet::level(), Sheet::upright()] {
            assert_eq!(sheet.legs[0].to, sheet.port(1));
            assert_eq!(sheet.legs[1].to, sheet.port(2));
            assert_eq!(sheet.legs[0].at(1.0), sheet.port(1));
        }
    }

    #[test]
    fn the_chart_is_said_in_words() {
        assert_eq!(spoken(&course(2)), "Progress: placed, paid, shipped; not yet delivered");
        assert_eq!(spoken(&course(3)), "Progress: placed, paid, shipped, delivered");
    }
}
