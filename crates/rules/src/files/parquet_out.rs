//! Answers to Parquet: every thread encodes whole row groups, one writer joins them.

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{SchemaDescriptor, Type as Schema};
use rulepack::ir::Type;

use super::Ids;

/// One column of answers of a row group: levels say which rows have a value, values lie without gaps.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    Booleans(Vec<bool>),
    Integers(Vec<i64>),
    Wide(Vec<i128>),
    Dates(Vec<i32>),
    Texts(Vec<ByteArray>),
}

/// A column with its levels.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    pub levels: Vec<i16>,
    pub values: Values,
}

/// A row group ready to be joined.
pub(crate) struct Encoded {
    columns: Vec<(Bytes, ColumnCloseResult)>,
}

/// Values of a type begin empty.
pub(crate) fn empty(ty: Type) -> Values {
    match ty {
        Type::Boolean => Values::Booleans(Vec::new()),
        Type::Text => Values::Texts(Vec::new()),
        Type::Date { .. } => Values::Dates(Vec::new()),
        ty if fits_long(ty) => Values::Integers(Vec::new()),
        Type::Number { .. } => Values::Wide(Vec::new()),
    }
}

/// Whether a number is stored as INT64: up to 18 digits.
fn fits_long(ty: Type) -> bool {
    match ty {
        Type::Number { low, high, .. } => low > -10_i128.pow(18) && high < 10_i128.pow(18),
        _ => true,
    }
}

/// Names and types of the columns: the id, then per output its value, what is missing, why not applicable.
pub(crate) fn schema(integer_ids: bool, outputs: &[(String, Type)]) -> Result<Schema, ParquetError> {
    let mut fields = Vec::new();
    let text = |name: &str, repetition| {
        Schema::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_repetition(repetition)
            .build()
    };
    fields.push(Arc::new(if integer_ids {
        Schema::primitive_type_builder(super::ID, Physical::INT64).with_repetition(Repetition::REQUIRED).build()?
    } else {
        text(super::ID, Repetition::REQUIRED)?
    }));
    for (name, ty) in outputs {
        let column = match *ty {
            Type::Boolean => {
                Schema::primitive_type_builder(name, Physical::BOOLEAN).with_repetition(Repetition::OPTIONAL).build()?
            }
            Type::Text => text(name, Repetition::OPTIONAL)?,
            Type::Date { .. } => Schema::primitive_type_builder(name, Physical::INT32)
                .with_logical_type(Some(LogicalType::Date))
                .with_repetition(Repetition::OPTIONAL)
                .build()?,
            Type::Number { scale, .. } => {
                let (physical, length, precision) =
                    if fits_long(*ty) { (Physical::INT64, -1, 18) } else { (Physical::FIXED_LEN_BYTE_ARRAY, 16, 38) };
                let builder = Schema::primitive_type_builder(name, physical)
                    .with_length(length)
                    .with_repetition(Repetition::OPTIONAL);
                if scale == 0 && precision == 18 {
                    builder.build()?
                } else {
                    let decimal = LogicalType::decimal(scale.into(), precision);
                    builder
                        .with_logical_type(Some(decimal))
                        .with_precision(precision)
                        .with_scale(scale.into())
                        .build()?
                }
            }
        };
        fields.push(Arc::new(column));
        fields.push(Arc::new(text(&format!("{name}.missing"), Repetition::OPTIONAL)?));
        fields.push(Arc::new(text(&format!("{name}.reason"), Repetition::OPTIONAL)?));
    }
    Schema::group_type_builder("answers").with_fields(fields).build()
}

pub(crate) fn properties() -> WriterPropertiesPtr {
    Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build())
}

/// Encodes a row group.
pub(crate) fn encode_group(
    schema: &SchemaDescriptor,
    properties: &WriterPropertiesPtr,
    ids: &Ids,
    columns: &[Answers],
) -> Result<Encoded, ParquetError> {
    let mut encoded = Vec::with_capacity(columns.len() + 1);
    let mut place = 0;
    let mut add = |closed| {
        encoded.push(closed);
        place += 1;
        place
    };
    let mut next = add(match ids {
        Ids::Integers(values) => column::<Int64Type>(schema, 0, properties, values, None)?,
        Ids::Texts(values) => {
            let values: Vec<ByteArray> = values.iter().map(|text| ByteArray::from(text.as_str())).collect();
            column::<ByteArrayType>(schema, 0, properties, &values, None)?
        }
    });
    for answers in columns {
        let levels = Some(&answers.levels[..]);
        next = add(match &answers.values {
            Values::Booleans(values) => column::<BoolType>(schema, next, properties, values, levels)?,
            Values::Integers(values) => column::<Int64Type>(schema, next, properties, values, levels)?,
            Values::Dates(values) => column::<Int32Type>(schema, next, properties, values, levels)?,
            Values::Texts(values) => column::<ByteArrayType>(schema, next, properties, values, levels)?,
            Values::Wide(values) => {
                let values: Vec<FixedLenByteArray> =
                    values.iter().map(|value| FixedLenByteArray::from(value.to_be_bytes().to_vec())).collect();
                column::<FixedLenByteArrayType>(schema, next, properties, &values, levels)?
            }
        });
    }
    Ok(Encoded { columns: encoded })
}

fn column<T: DataType>(
    schema: &SchemaDescriptor,
    place: usize,
    properties: &WriterPropertiesPtr,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
    let mut sink = TrackedWrite::new(Vec::new());
    let pages = SerializedPageWriter::new(&mut sink);
    let mut writer =
        get_typed_column_writer::<T>(get_column_writer(schema.column(place), properties.clone(), Box::new(pages)));
    writer.write_batch(values, levels, None)?;
    let closed = writer.close()?;
    Ok((Bytes::from(sink.into_inner()?), closed))
}

/// The file being written.
pub(crate) struct ParquetOut {
    writer: SerializedFileWriter<File>,
}

impl ParquetOut {
    pub(crate) fn new(file: File, schema: Schema, properties: WriterPropertiesPtr) -> Result<Self, ParquetError> {
        Ok(Self { writer: SerializedFileWriter::new(file, Arc::new(schema), properties)? })
    }

    pub(crate) fn group(&mut self, encoded: Encoded) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for (bytes, closed) in encoded.columns {
            group.append_column(&bytes, closed)?;
        }
        group.close()?;
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), ParquetError> {
        self.writer.close()?;
        Ok(())
    }
}
