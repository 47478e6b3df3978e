//! What a file is, by what stands in it: names lie, and so do people who rename.

use std::io::{Read, Seek, SeekFrom};

use kernel::{Error, Result};

/// So much is looked at.
const HEAD: u64 = 64 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `.xlsx`, `.xlsm`.
    Workbook,
    /// Text of any encoding, perhaps with columns.
    Text,
    Empty,
    /// `.xls`, `.et`: the containers of Excel 97.
    Old,
    /// A workbook that wants a password before it can be read.
    Locked,
    /// `.xlsb`.
    Binary,
    /// `.ods`.
    OpenDocument,
    /// A web page, which many programs give out as `.xls`.
    Html,
    /// XML of Excel 2003.
    Xml2003,
    /// `.doc`, `.docx`, `.wps`.
    Word,
    Pdf,
    Picture,
    /// An archive with no workbook in it.
    Archive,
    /// The beginning of a workbook whose end is missing.
    Cut,
    /// None of these.
    Other,
}

impl Kind {
    /// What the file is. It stands at its beginning afterwards.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn of(file: &mut (impl Read + Seek)) -> Result<Kind> {
        let mut head = Vec::new();
        file.rewind().map_err(Error::unavailable)?;
        file.by_ref().take(HEAD).read_to_end(&mut head).map_err(Error::unavailable)?;
        let kind = match &head[..] {
            [] => Kind::Empty,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => zipped(file),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => old(file, &head),
            [b'%', b'P', b'D', b'F', ..] => Kind::Pdf,
            [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => Kind::Picture,
            [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, 0xaf, ..] | [0x1f, 0x8b, ..] => Kind::Archive,
            _ => of_text(&head),
        };
        file.seek(SeekFrom::Start(0)).map_err(Error::unavailable)?;
        Ok(kind)
    }

    /// Why such a file is not read as a workbook, and what to do.
    pub fn refused(self) -> Error {
        Error::invalid(match self {
            Kind::Workbook | Kind::Text | Kind::Other => "not-xlsx",
            Kind::Empty => "sheet-empty",
            Kind::Old => "old-xls",
            Kind::Locked => "sheet-locked",
            Kind::Binary => "sheet-binary",
            Kind::OpenDocument => "sheet-ods",
            Kind::Html => "sheet-html",
            Kind::Xml2003 => "sheet-xml",
            Kind::Word => "sheet-word",
            Kind::Pdf => "sheet-pdf",
            Kind::Picture => "sheet-picture",
            Kind::Archive => "sheet-archive",
            Kind::Cut => "sheet-cut",
        })
    }
}

fn zipped(file: &mut (impl Read + Seek)) -> Kind {
    let Ok(mut archive) = zip::ZipArchive::new(&mut *file) else {
        // Without its end, where the directory stands, an archive cannot be opened.
        let _ = file.rewind();
        return if has_end(file) { Kind::Other } else { Kind::Cut };
    };
    let names: Vec<String> = archive.file_names().flatten().map(|name| crate::guard::plain_name(&name)).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("xl/workbook.xml") {
        return Kind::Workbook;
    }
    if has("xl/workbook.bin") {
        return Kind::Binary;
    }
    if names.iter().any(|name| name.starts_with("word/")) {
        return Kind::Word;
    }
    let mut media = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        let _ = part.take(100).read_to_string(&mut media);
    }
    if media.contains("opendocument.spreadsheet") { Kind::OpenDocument } else { Kind::Archive }
}

/// Whether the mark that ends archives stands near the end.
fn has_end(file: &mut (impl Read + Seek)) -> bool {
    let mut tail = Vec::new();
    let size = file.seek(SeekFrom::End(0)).unwrap_or(0);
    let _ = file.seek(SeekFrom::Start(size.saturating_sub(HEAD)));
    let _ = file.take(HEAD).read_to_end(&mut tail);
    size > 100 && tail.windows(4).any(|four| four == b"PK\x05\x06") || size < 30
}

/// The containers hold streams with names; the names stand in a directory whose place the head tells.
fn old(file: &mut (impl Read + Seek), head: &[u8]) -> Kind {
    let number =
        |at: usize| head.get(at..at + 4).map_or(0, |b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    let size = 1_u64 << head.get(30).copied().unwrap_or(9).min(16);
    let mut names = Vec::new();
    if file.seek(SeekFrom::Start((number(48) + 1).saturating_mul(size))).is_ok() {
        let _ = file.take(16 * 1024).read_to_end(&mut names);
    }
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&names[..], head].iter().any(|bytes| bytes.windows(wide.len()).any(|part| part == wide))
    };
    if has("EncryptedPackage") {
        Kind::Locked
    } else if has("WordDocument") {
        Kind::Word
    } else {
        Kind::Old
    }
}

fn of_text(head: &[u8]) -> Kind {
    let lower = String::from_utf8_lossy(&head[..head.len().min(4096)]).to_lowercase();
    let start = lower.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if start.starts_with("<!doctype html")
        || start.starts_with('<') && ["<html", "<table", "<body"].iter().any(|tag| lower.contains(tag))
    {
        return Kind::Html;
    }
    if start.starts_with("<?xml") || lower.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Kind::Xml2003;
    }
    // Zeros stand in text of two bytes a character only, and there in one of the two places.
    let marked = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if zeros > 0 && !marked && crate::text_bytes::wide_without_mark(head).is_none() {
        return Kind::Other;
    }
    Kind::Text
}
