//! The attachments of the demo: one small PDF page each, that says it is one.

use std::path::Path;

use casework::event::Event;
use casework::files::{Attachment, NewFile};
use db::Tx;
use kernel::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use super::teller::Tale;

/// Writes the files a case mentions below `data_dir/files`, and their rows.
///
/// # Errors
/// `unavailable` when the disk does not take them.
pub(super) async fn keep(tx: &mut Tx, data_dir: &Path, tale: &Tale) -> Result<()> {
    for event in &tale.events {
        let Event::Attached { file, name } = &event.event else { continue };
        let bytes = page(&tale.request.number);
        let path = data_dir.join(format!("demo-{file}.pdf"));
        tokio::fs::create_dir_all(data_dir).await.map_err(disk)?;
        tokio::fs::write(&path, &bytes).await.map_err(disk)?;
        let sha256 = Sha256::digest(&bytes).into();
        let new = NewFile { name: name.clone(), path, bytes: bytes.len() as u64, sha256 };
        let files = data_dir.join("files");
        let kept = Attachment::keep(*file, tale.request.id, new, &files, &event.by.name, event.at).await?;
        casework::seed::insert_file(tx, &kept).await?;
    }
    Ok(())
}

/// A PDF of one page with one line of text.
fn page(number: &str) -> Vec<u8> {
    let line = format!("BT /F 18 Tf 72 760 Td (Demo attachment of request {number}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{line}\nendstream", line.len()),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out.push_str(&format!(
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    out.into_bytes()
}

fn disk(error: std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { "disk-full" } else { "storage" };
    Error::new(ErrorKind::Unavailable, code).inside(error)
}
