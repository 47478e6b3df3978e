//! Before a spreadsheet is opened: is it one, and does it unpack to a bearable size?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kernel::{Error, Result};

/// All parts of a workbook together may unpack to so many bytes.
const MOST: u64 = 400 * 1024 * 1024;

/// Unpacks every part into nothing and counts, because what an archive declares of itself may be a lie. Blocking.
///
/// # Errors
/// `not-xlsx` if it is no workbook, `zip-bomb` if it unpacks to more than 400 MB, `unavailable` if it cannot be read.
pub fn guard(path: &Path) -> Result<()> {
    let not_xlsx = |_| Error::invalid("not-xlsx");
    let mut archive = zip::ZipArchive::new(File::open(path).map_err(Error::unavailable)?).map_err(not_xlsx)?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(Error::invalid("not-xlsx"));
    }
    let mut left = MOST;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(not_xlsx)?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| Error::invalid("not-xlsx"))?;
        left = left.checked_sub(unpacked).ok_or_else(|| Error::invalid("zip-bomb").arg("limit", "400 MB"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::guard;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    /// Name and megabytes of each part, and the code it is refused with.
    type Case<'a> = (&'a [(&'a str, usize)], Option<&'a str>);

    fn archive(parts: &[(&str, usize)]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("wanqi-guard-{}-{}", std::process::id(), parts.len()));
        let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, megabytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            for _ in 0..*megabytes {
                zip.write_all(&vec![0_u8; 1024 * 1024]).unwrap();
            }
        }
        zip.finish().unwrap();
        path
    }

    #[test]
    fn a_bomb_and_what_is_no_workbook_are_refused() {
        let cases: [Case<'_>; 3] = [
            (&[("xl/workbook.xml", 1), ("xl/worksheets/sheet1.xml", 2)], None),
            (&[("word/document.xml", 1)], Some("not-xlsx")),
            (&[("xl/workbook.xml", 1), ("a", 200), ("b", 200)], Some("zip-bomb")),
        ];
        for (parts, want) in cases {
            let path = archive(parts);
            assert_eq!(guard(&path).err().map(|e| e.code), want, "{parts:?}");
            std::fs::remove_file(path).unwrap();
        }
        assert_eq!(guard(std::path::Path::new("Cargo.toml")).err().map(|e| e.code), Some("not-xlsx"));
    }
}
