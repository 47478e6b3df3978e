//! The parts of a workbook that hold for all its sheets: names, visibility, date system, formats, shared texts.

use std::collections::HashMap;
use std::io::{Read, Seek};
use std::sync::Arc;

use kernel::Result;
use quick_xml::events::Event;

use crate::book::Visibility;
use crate::format::Format;
use crate::guard::{Guarded, not_xlsx, plain_name};
use crate::xml::{Xml, attribute, is_on, plain};

/// Longest text Excel keeps in a cell; what a forged file has beyond it is left out.
pub(crate) const MOST_CHARACTERS: usize = 32_767;

/// See the module.
#[derive(Default)]
pub(crate) struct Parts {
    pub sheets: Vec<Part>,
    pub is_1904: bool,
    /// By the number of a style.
    pub formats: Vec<Format>,
    pub texts: Vec<Arc<str>>,
}

/// A sheet as the workbook names it.
pub(crate) struct Part {
    pub name: String,
    pub visibility: Visibility,
    /// Plain name of its part; none for sheets of charts and macros.
    pub path: Option<String>,
}

struct Related {
    target: String,
    kind: String,
}

impl Parts {
    pub(crate) fn read<R: Read + Seek>(book: &mut Guarded<R>) -> Result<Parts> {
        let related = relations(book)?;
        let mut parts = Parts::default();
        let mut buffer = Vec::new();
        with(book, "xl/workbook.xml", |xml| {
            loop {
                match xml.next(&mut buffer)? {
                    Event::Start(tag) if tag.local_name().as_ref() == "workbookPr" => {
                        parts.is_1904 = is_on(attribute(&tag, "date1904").as_deref());
                    }
                    Event::Start(tag) if tag.local_name().as_ref() == "sheet" => {
                        let found = attribute(&tag, "id").and_then(|id| related.get(&id));
                        parts.sheets.push(Part {
                            name: attribute(&tag, "name").unwrap_or_default(),
                            visibility: match attribute(&tag, "state").as_deref() {
                                Some("hidden") => Visibility::Hidden,
                                Some("veryHidden") => Visibility::VeryHidden,
                                _ => Visibility::Visible,
                            },
                            path: found.filter(|r| r.kind.ends_with("/worksheet")).map(|r| r.target.clone()),
                        });
                    }
                    Event::Eof => return Ok(()),
                    _ => {}
                }
            }
        })?;
        let of_kind = |kind: &str| related.values().find(|r| r.kind.ends_with(kind)).map(|r| r.target.clone());
        if let Some(styles) = of_kind("/styles") {
            parts.formats = formats(book, &styles)?;
        }
        if let Some(texts) = of_kind("/sharedStrings") {
            parts.texts = texts_of(book, &texts)?;
        }
        Ok(parts)
    }
}

/// Reads a part, if it is there.
fn with<R: Read + Seek>(
    book: &mut Guarded<R>,
    name: &str,
    read: impl FnOnce(&mut Xml<&mut dyn Read>) -> Result<()>,
) -> Result<()> {
    let Some(at) = book.places.get(name) else { return Ok(()) };
    let mut part = book.archive.by_index(*at).map_err(not_xlsx)?;
    read(&mut Xml::new(&mut part as &mut dyn Read))
}

fn relations<R: Read + Seek>(book: &mut Guarded<R>) -> Result<HashMap<String, Related>> {
    let mut all = HashMap::new();
    let mut buffer = Vec::new();
    with(book, "xl/_rels/workbook.xml.rels", |xml| {
        loop {
            match xml.next(&mut buffer)? {
                Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                    let of = |name| attribute(&tag, name).unwrap_or_default();
                    let target = of("Target").replace('\\', "/");
                    let target = if target.starts_with('/') { target } else { format!("xl/{target}") };
                    all.insert(of("Id"), Related { target: plain_name(&target), kind: of("Type") });
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    })?;
    Ok(all)
}

fn formats<R: Read + Seek>(book: &mut Guarded<R>, name: &str) -> Result<Vec<Format>> {
    let (mut own, mut all) = (HashMap::new(), Vec::new());
    let mut inside = false;
    let mut buffer = Vec::new();
    with(book, name, |xml| {
        loop {
            match xml.next(&mut buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(&tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                        if let (Some(id), Some(code)) = (id, attribute(&tag, "formatCode")) {
                            own.insert(id, Format::by_code(&code));
                        }
                    }
                    "cellXfs" => inside = true,
                    "xf" if inside => {
                        let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                        all.push(own.get(&id).copied().unwrap_or_else(|| Format::by_id(id)));
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => inside = false,
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    })?;
    Ok(all)
}

fn texts_of<R: Read + Seek>(book: &mut Guarded<R>, name: &str) -> Result<Vec<Arc<str>>> {
    let mut all: Vec<Arc<str>> = Vec::new();
    let (mut buffer, mut text) = (Vec::new(), String::new());
    with(book, name, |xml| {
        loop {
            let is_text = match xml.next(&mut buffer)? {
                Event::Start(tag) => tag.local_name().as_ref() == "si",
                Event::Eof => return Ok(()),
                _ => false,
            };
            if is_text {
                text.clear();
                xml.rich("si", &mut text, &mut buffer)?;
                all.push(kept(&text));
            }
        }
    })?;
    Ok(all)
}

/// A text as it is kept.
pub(crate) fn kept(text: &str) -> Arc<str> {
    let text = plain(text);
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((at, _)) => text[..at].into(),
        None => text.into(),
    }
}
