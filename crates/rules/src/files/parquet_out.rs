//! Answers to Parquet: threads gather columns as bits and numbers, one writer joins them to row groups and encodes these.
//!
//! Pages are made here and not by the library's column writer, which takes two bytes a row for "has a value": of a sweep most
//! columns say nothing or yes and no.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{SchemaDescriptor, Type as Schema};
use rulepack::ir::Type;

use super::answers::Gathered;
use super::parquet_encode::{encode, encode_ids};

/// Rows of a row group: many, as every column of every group takes its place in the file's directory.
const GROUP: usize = 1 << 18;

/// Whether a number is stored as INT64: up to 18 digits.
pub(crate) fn fits_long(ty: Type) -> bool {
    match ty {
        Type::Number { low, high, .. } => low > -10_i128.pow(18) && high < 10_i128.pow(18),
        _ => true,
    }
}

fn text_field(name: &str, repetition: Repetition) -> Result<Schema, ParquetError> {
    Schema::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_logical_type(Some(LogicalType::String))
        .with_repetition(repetition)
        .build()
}

/// A column of values, which may be absent.
fn value_field(name: &str, ty: Type) -> Result<Schema, ParquetError> {
    match ty {
        Type::Boolean => {
            Schema::primitive_type_builder(name, Physical::BOOLEAN).with_repetition(Repetition::OPTIONAL).build()
        }
        Type::Text => text_field(name, Repetition::OPTIONAL),
        Type::Date { .. } => Schema::primitive_type_builder(name, Physical::INT32)
            .with_logical_type(Some(LogicalType::Date))
            .with_repetition(Repetition::OPTIONAL)
            .build(),
        Type::Number { scale, .. } => {
            let (physical, length, precision) =
                if fits_long(ty) { (Physical::INT64, -1, 18) } else { (Physical::FIXED_LEN_BYTE_ARRAY, 16, 38) };
            let builder = Schema::primitive_type_builder(name, physical)
                .with_length(length)
                .with_repetition(Repetition::OPTIONAL);
            if scale == 0 && precision == 18 {
                builder.build()
            } else {
                let decimal = LogicalType::decimal(scale.into(), precision);
                builder.with_logical_type(Some(decimal)).with_precision(precision).with_scale(scale.into()).build()
            }
        }
    }
}

/// Names and types of the columns: the id, then the facts.
pub(crate) fn facts_schema(facts: &[(String, Type)]) -> Result<Schema, ParquetError> {
    let id = text_field(super::ID, Repetition::REQUIRED)?;
    let columns = facts.iter().map(|(name, ty)| value_field(name, *ty));
    let fields: Vec<_> =
        std::iter::once(Ok(id)).chain(columns).map(|field| field.map(Arc::new)).collect::<Result<_, _>>()?;
    Schema::group_type_builder("facts").with_fields(fields).build()
}

/// Names and types of the columns: the id, then per output its value, what is missing, why not applicable.
pub(crate) fn schema(integer_ids: bool, outputs: &[(String, Type)]) -> Result<Schema, ParquetError> {
    let mut fields = Vec::new();
    let text = text_field;
    fields.push(Arc::new(if integer_ids {
        Schema::primitive_type_builder(super::ID, Physical::INT64).with_repetition(Repetition::REQUIRED).build()?
    } else {
        text(super::ID, Repetition::REQUIRED)?
    }));
    for (name, ty) in outputs {
        fields.push(Arc::new(value_field(name, *ty)?));
        fields.push(Arc::new(text(&format!("{name}.missing"), Repetition::OPTIONAL)?));
        fields.push(Arc::new(text(&format!("{name}.reason"), Repetition::OPTIONAL)?));
    }
    Schema::group_type_builder("answers").with_fields(fields).build()
}

/// The file being written.
pub(crate) struct ParquetOut {
    writer: SerializedFileWriter<File>,
    columns: SchemaDescriptor,
    waiting: Gathered,
}

impl ParquetOut {
    pub(crate) fn new(file: File, schema: Schema) -> Result<Self, ParquetError> {
        let columns = SchemaDescriptor::new(Arc::new(schema.clone()));
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(WriterProperties::default()))?;
        Ok(Self { writer, columns, waiting: Gathered::default() })
    }

    /// Takes the next rows; writes a row group when there are enough.
    pub(crate) fn add(&mut self, more: Gathered) -> Result<(), ParquetError> {
        self.waiting.append(more);
        if self.waiting.rows() < GROUP { Ok(()) } else { self.group() }
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut group = self.writer.next_row_group()?;
        let (bytes, closed) = encode_ids(self.columns.column(0), &waiting.ids)?;
        group.append_column(&bytes, closed)?;
        for (place, answers) in waiting.columns.into_iter().enumerate() {
            // One column after the other, so that encoded ones do not pile up.
            let (bytes, closed) = encode(self.columns.column(place + 1), &answers, &waiting.words)?;
            group.append_column(&bytes, closed)?;
        }
        group.close()?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<(), ParquetError> {
        if self.waiting.rows() > 0 {
            self.group()?;
        }
        self.writer.close()?;
        Ok(())
    }
}
