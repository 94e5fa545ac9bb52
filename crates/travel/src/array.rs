//! Flat arrays that own their numbers or lie in memory that somebody else holds, such as a mapped file.
//!
//! A stored array is its length in bytes and then its numbers as the machine has them, each from a multiple of [`ALIGNMENT`]. Whoever
//! stores arrays takes them back in the same order; what they mean is said by nobody else. Where bytes come from, whether they are
//! whole, and whether a machine of the other byte order wrote them, is the business of whoever hands them over.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use yoke::Yoke;
use yoke::erased::ErasedArcCart;

use crate::network::NetworkError;

/// Where stored arrays begin: a line of the processor's cache, and a multiple of what every number wants.
pub const ALIGNMENT: usize = 64;

/// Bytes held together with whatever keeps them there.
#[derive(Clone)]
pub struct SharedBytes {
    owner: Arc<dyn AsRef<[u8]> + Send + Sync>,
    range: Range<usize>,
}

impl SharedBytes {
    /// Takes bytes with their owner. The owner must always give the same ones.
    pub fn new(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let range = 0..owner.as_ref().len();
        Self {
            owner: Arc::new(owner),
            range,
        }
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        (*self.owner)
            .as_ref()
            .get(self.range.clone())
            .unwrap_or_default()
    }

    /// Returns some of the bytes, held by the same owner; nothing where there are not so many.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Option<Self> {
        self.bytes().get(range.clone())?;
        Some(Self {
            owner: Arc::clone(&self.owner),
            range: self.range.start + range.start..self.range.start + range.end,
        })
    }
}

impl fmt::Debug for SharedBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.range.len())
    }
}

/// A flat array that cannot be changed. A copy of it shares its memory.
#[derive(Clone)]
pub(crate) struct Array<T: 'static>(Yoke<&'static [T], ErasedArcCart>);

impl<T: Send + Sync + 'static> From<Vec<T>> for Array<T> {
    fn from(items: Vec<T>) -> Self {
        let items = Yoke::attach_to_cart(Arc::new(items), |items| items.as_slice());
        Self(items.erase_arc_cart())
    }
}

impl<T: Send + Sync + 'static> FromIterator<T> for Array<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: 'static> Deref for Array<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.0.get()
    }
}

#[cfg(test)]
impl<T: Clone + Send + Sync + 'static> Array<T> {
    /// Puts a changed copy in its place, for tests.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Vec<T>)) {
        let mut items = self.to_vec();
        change(&mut items);
        *self = items.into();
    }
}

impl<T: PartialEq + 'static> PartialEq for Array<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: 'static> fmt::Debug for Array<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "array of {}", self.len())
    }
}

impl<T: Pod + Send + Sync> Array<T> {
    /// Reads bytes as numbers, in place where they lie as the processor wants them, or else a copy.
    fn of(bytes: &SharedBytes) -> Result<Self, NetworkError> {
        if !bytes.range.len().is_multiple_of(size_of::<T>()) {
            return Err(NetworkError::Damaged {
                what: "an array ends in the middle of a number",
            });
        }
        let whole = |error| match error {
            bytemuck::PodCastError::TargetAlignmentGreaterAndInputNotAligned => None,
            _ => Some(NetworkError::Damaged {
                what: "an array ends in the middle of a number",
            }),
        };
        let in_place = Yoke::try_attach_to_cart(Arc::new(bytes.clone()), |bytes| {
            bytemuck::try_cast_slice(bytes.bytes()).map_err(whole)
        });
        match in_place {
            Ok(items) => Ok(Self(items.erase_arc_cart())),
            Err(Some(error)) => Err(error),
            Err(None) => {
                let mut items = vec![T::zeroed(); bytes.range.len() / size_of::<T>()];
                bytemuck::cast_slice_mut::<T, u8>(&mut items).copy_from_slice(bytes.bytes());
                Ok(items.into())
            }
        }
    }
}

/// Stores arrays one after the other.
#[derive(Debug, Default)]
pub struct ArrayWriter {
    bytes: Vec<u8>,
}

impl ArrayWriter {
    /// Adds an array.
    pub(crate) fn put<T: Pod>(&mut self, array: &[T]) {
        let bytes: &[u8] = bytemuck::cast_slice(array);
        self.put_bytes(bytes);
    }

    /// Adds bytes that mean something to whoever stores them.
    pub fn put_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend((bytes.len() as u64).to_ne_bytes());
        self.align();
        self.bytes.extend(bytes);
        self.align();
    }

    fn align(&mut self) {
        let end = self.bytes.len().next_multiple_of(ALIGNMENT);
        self.bytes.resize(end, 0);
    }

    /// Returns all that was stored.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes stored arrays back in the order they were stored in. It looks at their lengths and not at their numbers.
#[derive(Debug)]
pub struct ArrayReader {
    bytes: SharedBytes,
    at: usize,
}

impl ArrayReader {
    /// Begins with the first array.
    #[must_use]
    pub fn new(bytes: SharedBytes) -> Self {
        Self { bytes, at: 0 }
    }

    /// Takes the next array.
    pub(crate) fn take<T: Pod + Send + Sync>(&mut self) -> Result<Array<T>, NetworkError> {
        Array::of(&self.take_bytes()?)
    }

    /// Takes the next array as bytes.
    pub fn take_bytes(&mut self) -> Result<SharedBytes, NetworkError> {
        let short = NetworkError::Damaged {
            what: "an array is cut short",
        };
        let bytes = self.next().ok_or(short)?;
        Ok(bytes)
    }

    fn next(&mut self) -> Option<SharedBytes> {
        let length = self.bytes.bytes().get(self.at..)?.first_chunk()?;
        let length = usize::try_from(u64::from_ne_bytes(*length)).ok()?;
        let start = self.at.checked_add(ALIGNMENT)?;
        let end = start.checked_add(length)?;
        let next = end.checked_next_multiple_of(ALIGNMENT)?;
        // The padding after the last one is stored too.
        self.bytes.bytes().get(start..next)?;
        self.at = next;
        self.bytes.part(start..end)
    }

    /// Says whether there is nothing after what was taken.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.bytes().len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Array, ArrayReader, ArrayWriter, SharedBytes};
    use crate::network::NetworkError;

    fn stored() -> Vec<u8> {
        let mut writer = ArrayWriter::default();
        writer.put(&[1u32, 2, 3]);
        writer.put::<u64>(&[]);
        writer.put(&[[0.5f64, -1.0]]);
        writer.finish()
    }

    type Three = (Array<u32>, Array<u64>, Array<[f64; 2]>);

    fn taken(bytes: SharedBytes) -> Result<Three, NetworkError> {
        let mut reader = ArrayReader::new(bytes);
        let all = (reader.take()?, reader.take()?, reader.take()?);
        assert!(reader.is_at_end());
        Ok(all)
    }

    #[test]
    fn arrays_come_back_as_they_were_also_where_bytes_lie_askew() {
        let bytes = stored();
        for askew in 0..9 {
            let mut shifted = vec![0; askew];
            shifted.extend(&bytes);
            let end = shifted.len();
            let part = SharedBytes::new(shifted).part(askew..end).unwrap();
            let (first, second, third) = taken(part).unwrap();
            assert_eq!((&first[..], second.len()), (&[1, 2, 3][..], 0));
            assert_eq!(&third[..], &[[0.5, -1.0]]);
        }
    }

    struct Words(std::sync::Arc<Vec<u64>>);

    impl AsRef<[u8]> for Words {
        fn as_ref(&self) -> &[u8] {
            bytemuck::cast_slice(&self.0)
        }
    }

    #[test]
    fn an_array_in_place_takes_no_memory_of_its_own_and_outlives_the_reader() {
        let owner = std::sync::Arc::new(vec![0u64; 16]);
        let bytes = SharedBytes::new(Words(owner.clone()));
        let array: Array<u64> = Array::of(&bytes.part(64..128).unwrap()).unwrap();
        drop(bytes);
        assert_eq!(array.as_ptr(), owner[8..].as_ptr());
        assert_eq!(array.clone().len(), 8);
    }

    #[test]
    fn bytes_cut_short_anywhere_are_refused() {
        let bytes = stored();
        for end in 0..bytes.len() {
            let part = SharedBytes::new(bytes.clone()).part(0..end).unwrap();
            assert!(taken(part).is_err(), "{end}");
        }
        // Cut inside a number and askew.
        let askew = SharedBytes::new(vec![0; 16]).part(1..6).unwrap();
        assert!(Array::<u32>::of(&askew).is_err());
        // A length that nothing could have, and one that is no whole number of numbers.
        for length in [u64::MAX, u64::MAX - 64, 5] {
            let mut bytes = bytes.clone();
            bytes[..8].copy_from_slice(&length.to_ne_bytes());
            assert!(taken(SharedBytes::new(bytes)).is_err(), "{length}");
        }
    }
}
