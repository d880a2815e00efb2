//! Categories and products.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Money, ProductId};

/// A node of the category tree; families are the roots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    pub handle: String,
    pub title: String,
    /// Products in it and below it.
    pub product_count: u32,
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub children: Vec<Category>,
}

/// The tree that `GET /categories` answers with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryTree {
    pub items: Vec<Category>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    InStock,
    /// Few enough that the page says how many.
    Low,
    Out,
}

impl Availability {
    /// At and below this many pieces the shop says "only n left".
    pub const LOW_AT: i64 = 5;

    pub const fn of(available: i64) -> Self {
        match available {
            ..=0 => Self::Out,
            1..=Self::LOW_AT => Self::Low,
            _ => Self::InStock,
        }
    }

    /// From its name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "in_stock" => Some(Self::InStock),
            "low" => Some(Self::Low),
            "out" => Some(Self::Out),
            _ => None,
        }
    }
}

/// A picture: where it is and what it shows, for those who do not see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Image {
    /// Path below the gateway, such as `/media/tea/smoked-lapsang/front.svg?v=1b2f33c4`. The version makes it immutable; without
    /// one, or with an older one, the current picture comes and is fresh for five minutes.
    pub url: String,
    pub alt: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rating {
    /// 0 when nobody has rated, else 1.0 to 5.0.
    pub average: f32,
    pub count: u32,
}

/// What a list shows of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductCard {
    pub id: ProductId,
    pub handle: String,
    pub title: String,
    pub image: Image,
    /// The cheapest variant's price.
    pub price_from: Money,
    /// More than one price among the variants.
    pub price_varies: bool,
    /// What the price is for, such as `100 g`; empty for things sold by the piece.
    pub unit: String,
    /// Where it comes from, such as `Darjeeling, India`.
    pub origin: String,
    pub family: String,
    pub rating: Rating,
    pub availability: Availability,
    pub tags: Vec<String>,
}

/// An axis of choice, with its values in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionAxis {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Variant {
    pub sku: String,
    /// One value per axis of the product.
    pub options: BTreeMap<String, String>,
    pub price: Money,
    /// What it cost before, when that was more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<Money>,
    pub availability: Availability,
    /// Pieces left, only when `availability` is `low`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u32>,
}

/// A product's page: its card and everything below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    #[serde(flatten)]
    pub card: ProductCard,
    pub category: String,
    pub description: String,
    /// How to keep, brew, wash or calibrate it.
    pub care: String,
    /// Latitude and longitude of the origin as a chart gives them, such as `27.0° N 88.3° E`.
    pub bearing: String,
    pub images: Vec<Image>,
    pub options: Vec<OptionAxis>,
    pub variants: Vec<Variant>,
    pub version: i64,
}

/// The order of a product list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Popular,
    Newest,
    PriceAsc,
    PriceDesc,
    Rating,
    Title,
}

impl Sort {
    pub const ALL: [Self; 6] = [Self::Popular, Self::Newest, Self::PriceAsc, Self::PriceDesc, Self::Rating, Self::Title];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::Newest => "newest",
            Self::PriceAsc => "price_asc",
            Self::PriceDesc => "price_desc",
            Self::Rating => "rating",
            Self::Title => "title",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// One value of a facet and how many of the products found have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetValue {
    pub value: String,
    pub title: String,
    pub count: u32,
}

/// Something to narrow a list by: `category`, or `option.<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facet {
    /// The query parameter that narrows by it.
    pub parameter: String,
    pub title: String,
    pub values: Vec<FacetValue>,
}

/// `GET /products`: a page of cards, what to narrow by, and how many there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductList {
    pub items: Vec<ProductCard>,
    pub next_cursor: Option<String>,
    pub facets: Vec<Facet>,
    /// Exact up to 1,000; 1,000 stands for "1,000 or more".
    pub total: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    pub handle: String,
    pub title: String,
    pub family: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestions {
    pub items: Vec<Suggestion>,
}

/// `GET /products/{handle}/related`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelatedProducts {
    pub items: Vec<ProductCard>,
}
