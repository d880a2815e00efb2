//! HTTP itself: methods, sizes, and bytes that no client would send.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use tradewind_tests::{Shopper, Stack};
use uuid::Uuid;

use crate::{
    ask::{Answer, ask, ask_raw},
    routes,
};

/// Promised for the largest of refusals; the median, because a machine that runs tests stumbles now and then.
const REFUSED_WITHIN: Duration = Duration::from_millis(200);

#[tokio::test]
async fn other_methods_are_405_with_those_that_are_allowed() -> Result<()> {
    let account = Shopper::registered(&Stack::under_test()?.gateway).await?;
    let elsewhere =
        ["/media/tea/assam-gold/front.svg", "/media/scenes/home.svg", "/docs", "/api/v1/openapi.json", "/.well-known/jwks.json", "/"];
    let api =
        routes::all().map(|(_, path)| format!("/api/v1{}", path.replace("{id}", &Uuid::now_v7().to_string()).replace(['{', '}'], "")));
    for path in api.chain(elsewhere.map(str::to_owned)).chain(["/otlp/v1/traces".to_owned()]) {
        for method in ["BREW", "PROPFIND", "TRACE", "PATCHY", "LINK"] {
            let answer = ask(account.http.request(Method::from_bytes(method.as_bytes())?, format!("{}{path}", account.gateway))).await?;
            let problem = answer.problem()?;
            assert_eq!((problem.status, problem.code.as_str(), &problem.instance), (405, "method_not_allowed", &path), "{method}");
            let allow = answer.header("allow").with_context(|| format!("{method} {path}: no Allow"))?;
            ensure!(allow.contains("GET") || allow.contains("POST") || allow.contains("PUT") || allow.contains("DELETE"), "{allow}");
            ensure!(!allow.contains(method), "{method} {path}: {allow}");
        }
    }
    // And what Allow says is what the table says.
    for (method, path) in routes::all() {
        let answer = ask(routes::request(&account, "BREW", path)?).await?;
        ensure!(
            answer.header("allow").is_some_and(|allow| allow.split(',').any(|one| one.trim() == method)),
            "{method} {path}: {answer:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn too_large_headers_are_431_and_as_many_as_promised_are_read() -> Result<()> {
    let nobody = Shopper::nobody(&Stack::under_test()?.gateway)?;
    let many = |count: usize, length: usize| {
        let mut request = nobody.request(Method::GET, "/categories");
        for index in 0..count {
            request = request.header(format!("x-{index}"), "a".repeat(length));
        }
        request
    };
    for (count, length) in [(1, 9 * 1024), (33, 1_000), (400, 100), (5_000, 1)] {
        let problem = ask(many(count, length)).await?.problem()?;
        assert_eq!((problem.status, problem.code.as_str()), (431, "headers_too_large"), "{count} of {length}");
    }
    for (count, length) in [(1, 8_000), (25, 1_000), (250, 100), (900, 1)] {
        let answer = ask(many(count, length)).await?;
        assert_eq!(answer.status, 200, "{count} of {length}: {}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn giants_are_refused_at_once() -> Result<()> {
    let stack = Stack::under_test()?;
    let account = Shopper::operator(&stack).await?;
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let deep_objects = format!("{}1{}", "{\"a\":".repeat(1_000), "}".repeat(1_000));
    for body in [&deep, &deep_objects] {
        for (method, path, _) in routes::with_bodies() {
            let what = format!("{method} {path}, 1,000 deep");
            quickly(&what, 400, async || {
                let request = routes::request(&account, method, path)?.header("content-type", "application/json");
                ask(request.body(body.clone())).await
            })
            .await?;
        }
    }
    let get = |query: &str| format!("GET /api/v1/products?{query} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
    let options = |count: usize| (0..count).map(|index| format!("option.a{index}=1")).collect::<Vec<_>>().join("&");
    for (what, query, status) in [
        ("limit", "limit=101".to_owned(), 422),
        ("9 options", options(9), 422),
        ("500 options", options(500), 422),
        ("5,000 options", options(5_000), 414),
        ("21 values", format!("option.a={}", vec!["1"; 21].join(",")), 422),
        ("3,000 values", format!("option.a={}", vec!["1"; 3_000].join(",")), 422),
        ("10,000 values", format!("option.a={}", vec!["1"; 10_000].join(",")), 414),
        ("1,000 unknown parameters", (0..1_000).map(|index| format!("a{index}=")).collect::<Vec<_>>().join("&"), 422),
        ("a search of 101 characters", format!("q={}", "a".repeat(101)), 422),
        ("a search of 7 kB", format!("q={}", "a".repeat(7_000)), 422),
        ("a query of 1 MB", format!("q={}", "a".repeat(1_000_000)), 414),
    ] {
        let answer = quickly(what, status, async || ask_raw(&stack.gateway, get(&query).as_bytes()).await).await?;
        assert_eq!(answer.problem()?.code, if status == 414 { "uri_too_long" } else { "validation_failed" }, "{what}");
    }
    // As much as is allowed is no slower than it is for anybody.
    let most = (0..8)
        .map(|axis| format!("option.a{axis}={}", (0..20).map(|value| value.to_string()).collect::<Vec<_>>().join(",")))
        .collect::<Vec<_>>();
    let most = format!("{}&q={}", most.join("&"), "a".repeat(100));
    quickly("as much as is allowed", 200, async || ask_raw(&stack.gateway, get(&most).as_bytes()).await).await?;
    Ok(())
}

/// The last of several answers, all of one status and half of them in time.
async fn quickly(what: &str, status: u16, asking: impl AsyncFn() -> Result<Answer>) -> Result<Answer> {
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..5 {
        let answer = asking().await?;
        times.push(answer.took);
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
        if status >= 400 {
            answer.problem()?;
        }
        last = Some(answer);
    }
    times.sort();
    ensure!(times[2] < REFUSED_WITHIN, "{what}: {times:?}");
    last.context("five answers")
}

/// What is wrong, the request up to the empty line, and the status.
const RAW: [(&str, &str, u16); 44] = [
    ("a way out of the root", "GET /../../etc/passwd HTTP/1.1\r\nHost: shop", 400),
    ("an encoded way out", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: shop", 400),
    ("a way out of the pictures", "GET /media/..%2f..%2f HTTP/1.1\r\nHost: shop", 400),
    ("a way to the root", "GET /media/..%2f.git%2fconfig HTTP/1.1\r\nHost: shop", 404),
    ("a way to what is internal", "GET /api/v1/users/..%2f..%2f..%2finternal/openapi.json HTTP/1.1\r\nHost: shop", 404),
    ("the same, plainly", "GET /api/v1/users/../../../internal/openapi.json HTTP/1.1\r\nHost: shop", 404),
    ("what is internal, in the guise of a route", "GET /internal/openapi.json/../../api/v1/users/me HTTP/1.1\r\nHost: shop", 404),
    ("a fragment", "GET /metrics#/../api/v1/categories HTTP/1.1\r\nHost: shop", 404),
    ("a backslash", "GET /api/v1/products/..\\..\\etc HTTP/1.1\r\nHost: shop", 404),
    ("an encoded line break", "GET /api/v1/products/x%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: shop", 404),
    ("the same for a file", "GET /x%0d%0aX-Injected:%201.js HTTP/1.1\r\nHost: shop", 404),
    ("a bare CR in the path", "GET /api/v1/products/x\rX-Injected: 1 HTTP/1.1\r\nHost: shop", 400),
    ("a space in the path", "GET /api/v1/products/x y HTTP/1.1\r\nHost: shop", 400),
    ("U+0000 in the path", "GET /api/v1/products/x%00 HTTP/1.1\r\nHost: shop", 400),
    ("a raw script in the query", "GET /api/v1/products?q=<script>alert(1)</script> HTTP/1.1\r\nHost: shop", 400),
    ("a raw quote in the query", "GET /api/v1/products?q=\" HTTP/1.1\r\nHost: shop", 400),
    ("a raw script in the path", "GET /api/v1/products/<script> HTTP/1.1\r\nHost: shop", 400),
    ("a raw script for a picture", "GET /media/tea/<script>/front.svg HTTP/1.1\r\nHost: shop", 400),
    ("no Host", "GET /api/v1/cart HTTP/1.1", 400),
    ("two Hosts", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nHost: evil.example", 400),
    ("a Host that is none", "GET /api/v1/cart HTTP/1.1\r\nHost: shop/evil.example", 400),
    ("somebody else's address", "GET http://evil.example/api/v1/cart HTTP/1.1\r\nHost: shop", 401),
    ("somebody else's Host", "GET /api/v1/cart HTTP/1.1\r\nHost: evil.example", 401),
    ("a way through", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443", 400),
    ("a folded header", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nX-Folded: a\r\n X-Injected: 1", 400),
    ("a space before the colon", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nX-Injected : 1", 400),
    ("a bare CR in a header", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nX-A: 1\rX-Injected: 1", 400),
    ("a control character in a header", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nUser-Agent: a\x01b\r\nX-A: \x7f", 401),
    ("U+0000 in a header", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\nX-A: \0", 400),
    ("a header without a name", "GET /api/v1/cart HTTP/1.1\r\nHost: shop\r\n: injected", 400),
    ("two lengths", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\nContent-Length: 5", 400),
    ("the same length twice", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\nContent-Length: 0", 400),
    ("a negative length", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nContent-Length: -1", 400),
    ("a length beyond counting", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nContent-Length: 99999999999999999999", 400),
    ("a length beyond the limit", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nContent-Length: 99999999", 413),
    ("chunks and a length", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", 400),
    ("chunks twice", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked, chunked", 400),
    ("a coding that nobody knows", "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: xchunked", 400),
    ("chunks before their time", "POST /api/v1/quotes HTTP/1.0\r\nHost: shop\r\nTransfer-Encoding: chunked", 400),
    ("an HTTP that is not spoken here", "GET /api/v1/cart HTTP/9.9\r\nHost: shop", 400),
    ("the beginning of HTTP/2", "PRI * HTTP/2.0", 400),
    ("a method in lower case", "brew /api/v1/cart HTTP/1.1\r\nHost: shop", 400),
    ("TLS", "\x16\x03\x01\x02\x01\x03\x03", 400),
    ("nothing", "\x01\x02\x03", 400),
];

#[tokio::test]
async fn bytes_that_are_not_http_are_one_problem_and_nothing_else() -> Result<()> {
    let stack = Stack::under_test()?;
    // Would be answered by itself, had the gateway and a service understood the first one differently.
    let smuggled = "GET /api/v1/categories HTTP/1.1\r\nHost: shop\r\n\r\n";
    for (what, head, status) in RAW {
        let closing = if head.contains("HTTP/1.") { "\r\nConnection: close" } else { "" };
        // Only what says that it has a body may be followed by one.
        let bodies = if head.starts_with("POST") && status == 400 { vec!["", "0\r\n\r\n", smuggled] } else { vec![""] };
        for body in bodies {
            let answer = ask_raw(&stack.gateway, format!("{head}{closing}\r\n\r\n{body}").as_bytes()).await.context(what)?;
            assert_eq!(answer.status, status, "{what}: {answer:?}");
            answer.problem().context(what)?;
            answer.is_inert().context(what)?;
            ensure!(!answer.headers.iter().any(|(_, value)| value.contains("evil.example")), "{what}: {answer:?}");
            ensure!(!answer.text.contains("evil.example") && !answer.text.contains("<script"), "{what}: {answer:?}");
        }
    }
    // Not text at all.
    for path in [b"/api/v1/products/\xff\xfe".as_slice(), b"/api/v1/products?q=\xc3\x28", b"/media/tea/\xff/front.svg"] {
        let bytes = [b"GET ", path, b" HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"].concat();
        let problem = ask_raw(&stack.gateway, &bytes).await?.problem()?;
        ensure!(matches!(problem.status, 400 | 404), "{} {problem:?}", path.escape_ascii());
    }
    // Chunks that are none, and more of them than a body may have.
    let chunked = "POST /api/v1/quotes HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let much = format!("{:x}\r\n{}\r\n0\r\n\r\n", 70_000, " ".repeat(70_000));
    for (body, status) in [("zz\r\n", 400), ("-1\r\n", 400), ("ffffffffffffffffff\r\n", 400), (much.as_str(), 413)] {
        let problem = ask_raw(&stack.gateway, format!("{chunked}{body}").as_bytes()).await?.problem()?;
        assert_eq!(problem.status, status, "{:.20}", body);
    }
    Ok(())
}

/// The gateway keeps pictures by their address. One address that two readers take for two things would let a caller
/// put "not found" in a picture's place.
#[tokio::test]
async fn no_other_spelling_of_its_address_hides_a_picture() -> Result<()> {
    let stack = Stack::under_test()?;
    let nobody = Shopper::nobody(&stack.gateway)?;
    for before in ["/media//tea", "//media/tea", "/media/./tea", "/media/x/../tea", "/media/%2e/tea", "/media/te%61", "/media/tea/x%2f.."] {
        let name = format!("spelt-{}/front.svg", Uuid::new_v4());
        let request = format!("GET {before}/{name} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        let status = ask_raw(&stack.gateway, request.as_bytes()).await?.status;
        let picture = ask(nobody.http.get(format!("{}/media/tea/{name}", stack.gateway))).await?;
        assert_eq!(picture.status, 200, "after {before} was {status}: {}", picture.text);
        ensure!(picture.header("content-type") == Some("image/svg+xml"), "{picture:?}");
    }
    Ok(())
}
