//! Every page, by the seat it is seen from: what the sweep opens.

/// A page: who sees it, where one begins, and the links one follows from there to come to it.
pub type Page = (&'static str, &'static str, &'static [&'static str]);

const REQUEST: &str = "main a[href^='/requests/20']";
const OPEN: &str = "a[data-open]";
const FIRM: &str = "main a[href^='/enterprises/9']";

/// Nobody has signed in for the seat `""`.
pub const PAGES: &[Page] = &[
    ("", "/sign-in", &[]),
    ("", "/raise", &[]),
    ("", "/raise?e=91419981YY0000001G", &[]),
    ("", "/follow", &[]),
    ("", "/api", &[]),
    ("", "/no-such-page", &[]),
    ("demo-enterprise", "/my", &[]),
    ("demo-enterprise", "/my", &["a[href^='/my/20']"]),
    ("demo-enterprise", "/raise", &[]),
    ("demo-enterprise", "/account", &[]),
    ("demo-enterprise", "/desk", &[]),
    ("demo-helper", "/helped", &[]),
    ("demo-helper", "/helped?show=open", &[]),
    ("demo-helper", "/helped", &["a[href^='/helped/9']"]),
    ("demo-helper", "/requests", &[]),
    ("demo-helper", "/requests", &[REQUEST]),
    ("demo-helper", "/requests/new", &[]),
    ("demo-handler", "/queue", &[]),
    ("demo-handler", "/queue", &[OPEN]),
    ("demo-handler", "/queue", &[OPEN, "a[href*='do=wait']"]),
    ("demo-handler", "/queue", &[OPEN, "a[href*='do=report']"]),
    ("demo-handler", "/queue", &[OPEN, "a[href*='do=ask-extension']"]),
    ("demo-handler", "/queue", &[OPEN, "a[href*='do=refuse']"]),
    ("demo-desk", "/desk", &[]),
    ("demo-desk", "/desk", &[OPEN]),
    ("demo-desk", "/desk?state=submitted", &[OPEN]),
    ("demo-desk", "/desk?state=answered", &[OPEN]),
    ("demo-desk", "/desk?q=zzzz", &[]),
    ("demo-desk", "/requests", &[]),
    ("demo-desk", "/requests?state=closed", &[REQUEST]),
    ("demo-desk", "/requests?state=submitted", &[REQUEST]),
    ("demo-desk", "/requests/new", &[]),
    ("demo-desk", "/enterprises", &[]),
    ("demo-desk", "/enterprises", &[FIRM]),
    ("demo-desk", "/enterprises/91419981YY0000001G/edit", &[]),
    ("demo-desk", "/enterprises/new", &[]),
    ("demo-desk", "/enterprises/import", &[]),
    ("demo-desk", "/ledger/import", &[]),
    ("demo-desk", "/posters", &[]),
    ("demo-desk", "/posters", &["a[href^='/posters/township/']"]),
    ("demo-desk", "/posters/enterprise/91419981YY0000001G", &[]),
    ("demo-desk", "/search?q=91419981YY0000001G", &[]),
    ("demo-desk", "/search?q=zzzz", &[]),
    ("demo-leader", "/overview", &[]),
    ("demo-leader", "/api", &[]),
    ("demo-admin", "/admin", &[]),
    ("demo-admin", "/admin/people", &[]),
    ("demo-admin", "/admin/people/new", &[]),
    ("demo-admin", "/admin/people/demo-handler", &[]),
    ("demo-admin", "/admin/people/demo-handler/leave", &[]),
    ("demo-admin", "/admin/units", &[]),
    ("demo-admin", "/admin/units/new", &[]),
    ("demo-admin", "/admin/units/natural-resources", &[]),
    ("demo-admin", "/admin/tokens", &[]),
    ("demo-admin", "/admin/audit", &[]),
    ("demo-admin", "/admin/jobs", &[]),
    ("demo-admin", "/admin/categories", &[]),
    ("demo-admin", "/admin/categories/new", &[]),
    ("demo-admin", "/admin/categories/land", &[]),
    ("demo-admin", "/admin/limits", &[]),
    ("demo-admin", "/admin/hours", &[]),
    ("demo-admin", "/admin/calendars", &[]),
    ("demo-admin", "/admin/calendars/2026", &[]),
    ("demo-admin", "/admin/calendars/notice", &[]),
];

/// What a page answers with when it is no plain 200.
pub const STATUS: &[(&str, &str, u64)] = &[("", "/no-such-page", 404), ("demo-enterprise", "/desk", 403)];
