use serde_json::json;
use tradewind_contract::{
    Page,
    operators::{AuditEntry, OrderFile},
};

use crate::harness::App;

#[tokio::test]
async fn the_audit_has_pages_the_newest_first() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    for reason in ["one", "two", "three"] {
        let order = app.order(&app.guest(), "SENCHA-100", 1).await;
        app.post(&format!("/admin/orders/{}/cancel", order.id), &operator, &json!({ "reason": reason })).await.read::<OrderFile>(200);
    }
    let reasons = |page: &Page<AuditEntry>| page.items.iter().map(|entry| entry.reason.clone()).collect::<Vec<_>>();
    let page: Page<AuditEntry> = app.get("/admin/audit?limit=2", &operator).await.read(200);
    assert_eq!(reasons(&page), ["three", "two"]);
    let next = page.next_cursor.unwrap();
    let page: Page<AuditEntry> = app.get(&format!("/admin/audit?limit=2&cursor={next}"), &operator).await.read(200);
    assert_eq!((reasons(&page), page.next_cursor), (vec!["one".to_owned()], None));
    app.get(&format!("/admin/dead-letters?cursor={next}"), &operator).await.assert_refused(422, "cursor_invalid");
    app.get("/admin/audit?actor=me", &operator).await.assert_names("actor");
}

#[tokio::test]
async fn what_stands_in_the_audit_stays_as_it_is() {
    let Some(app) = App::start().await else { return };
    let operator = app.operator();
    let order = app.order(&app.guest(), "SENCHA-100", 1).await;
    app.post(&format!("/admin/orders/{}/cancel", order.id), &operator, &json!({"reason": "x"})).await.read::<OrderFile>(200);
    let before = app.audit(&operator).await;
    for change in ["UPDATE audit_entries SET reason = ''", "DELETE FROM audit_entries", "TRUNCATE audit_entries"] {
        let error = sqlx::raw_sql(change).execute(&app.database).await.unwrap_err().to_string();
        assert!(error.contains("only ever added"), "{change}: {error}");
    }
    assert_eq!(app.audit(&operator).await, before);
}
