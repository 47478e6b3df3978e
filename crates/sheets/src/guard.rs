//! Whether a workbook is bearable: what the directory says is looked at first; then every part is unfolded into nothing and
//! counted, for a directory can lie. On the way the merged areas of each sheet are found, which stand behind its cells.

use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};

use kernel::{Error, Result};
use zip::ZipArchive;

use crate::cell::Area;
use crate::merged::Finder;

pub(crate) const MB: u64 = 1024 * 1024;
/// A workbook may unfold to so many bytes, and the texts of its cells may be as long together …
pub(crate) const MOST: u64 = 300 * MB;
/// … if it lies beside the program: as much as a full sheet of figures needs, since rows are read one by one …
pub(crate) const MOST_BESIDE: u64 = 4_096 * MB;
/// … but to no more than so many times its own size, beyond what harms nobody.
const MOST_RATIO: u64 = 200;
const HARMLESS: u64 = 20 * MB;
/// Only sheets are read piece by piece; other parts, such as the texts that cells share, are kept in memory, and none of them may
/// be greater than [`MOST`].
const SHEETS: &str = "xl/worksheets/";

/// A workbook that was looked through.
pub(crate) struct Guarded<R> {
    pub archive: ZipArchive<R>,
    /// How much it may unfold to.
    pub limit: u64,
    /// Where each part lies, by its plain name.
    pub places: HashMap<String, usize>,
    /// Merged areas by the plain name of the sheet's part.
    pub areas: HashMap<String, Vec<Area>>,
}

impl<R: Read + Seek> Guarded<R> {
    pub(crate) fn new(mut file: R, most: u64) -> Result<Self> {
        let packed = file.seek(io::SeekFrom::End(0)).map_err(Error::unavailable)?;
        let limit = most.min((packed * MOST_RATIO).max(HARMLESS));
        let mut archive = ZipArchive::new(file).map_err(not_xlsx)?;
        if archive.decompressed_size().is_some_and(|said| said > u128::from(limit)) {
            return Err(bomb(limit));
        }
        let (mut places, mut areas) = (HashMap::new(), HashMap::new());
        let mut left = limit;
        for at in 0..archive.len() {
            let part = archive.by_index(at).map_err(not_xlsx)?;
            let name = part.name().map(|name| plain_name(&name)).unwrap_or_default();
            let is_sheet = name.starts_with(SHEETS);
            let own = if is_sheet { limit } else { limit.min(MOST) };
            let mut part = part.take(left.min(own) + 1);
            let unfolded = if is_sheet {
                let mut finder = Finder::default();
                let unfolded = io::copy(&mut part, &mut finder).map_err(not_xlsx)?;
                finder.flush().map_err(not_xlsx)?;
                areas.insert(name.clone(), finder.areas()?);
                unfolded
            } else {
                io::copy(&mut part, &mut io::sink()).map_err(not_xlsx)?
            };
            if unfolded > own {
                return Err(bomb(own));
            }
            left = left.checked_sub(unfolded).ok_or_else(|| bomb(limit))?;
            places.entry(name).or_insert(at);
        }
        if !places.contains_key("xl/workbook.xml") {
            return Err(Error::invalid("not-xlsx"));
        }
        Ok(Guarded { archive, limit, places, areas })
    }
}

/// Some programs write the names of parts with the other slash or other letters.
pub(crate) fn plain_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

pub(crate) fn bomb(limit: u64) -> Error {
    Error::invalid("zip-bomb").arg("limit", format!("{} MB", limit / MB))
}

pub(crate) fn not_xlsx(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::invalid("not-xlsx").inside(error)
}
