//! Workbooks: for now told apart from text, and refused.

use super::look::SheetInfo;
use super::source::{Input, Said, Trouble, Visit};

/// A workbook whose sheet is known.
pub(crate) struct Workbook {
    pub(crate) said: Vec<Said>,
}

impl Workbook {
    pub(crate) fn open(_input: Input, _sheet: Option<&str>) -> Result<Self, Trouble> {
        Err(Trouble::new(
            "is a workbook or another zipped file, not CSV",
            "save the sheet as CSV in UTF-8",
        ))
    }

    pub(crate) fn walk(
        &self,
        _filled_from: u64,
        _visit: &mut Visit<'_>,
    ) -> Result<Vec<Said>, Trouble> {
        Ok(self.said.clone())
    }
}

/// Returns the sheets of a workbook; none for a text table.
pub(crate) fn sheets(_input: &Input) -> Result<Vec<SheetInfo>, Trouble> {
    Ok(Vec::new())
}
