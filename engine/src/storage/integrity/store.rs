//! The object store that the storage library gets: what it writes is summed, what it reads is compared first.

use std::fmt;
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

use super::checks::{Checks, KnownFile, below_root, split};
use super::local;
use super::sum::{BLOCK, FileSum, SUMS, Summing, block_sum, decode, encode};
use crate::error::{Damage, StorageKind, cause, classify_chain};

#[derive(Debug)]
pub(super) struct CheckedStore {
    below: Arc<Below>,
    checks: Arc<Checks>,
}

/// Where the bytes are.
#[derive(Debug)]
enum Below {
    Local(LocalFileSystem),
    Remote(Arc<dyn ObjectStore>),
}

impl fmt::Display for CheckedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checked {}", self.below.store())
    }
}

impl Below {
    fn store(&self) -> &dyn ObjectStore {
        match self {
            Below::Local(store) => store,
            Below::Remote(store) => store.as_ref(),
        }
    }

    async fn put(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        match self {
            Below::Local(store) => local::put(store.path_to_filesystem(location)?, payload, options.mode).await,
            Below::Remote(store) => store.put_opts(location, payload, options).await,
        }
    }
}

/// A file of sums belongs to its file.
fn sums_of(location: &Path) -> Path {
    Path::parse(format!("{location}{SUMS}")).unwrap_or_else(|_| location.clone())
}

/// The ending of a manifest; its sum is known from a commit record. Other files of the library are hints that change.
const MANIFEST: &str = ".manifest";

/// Files that are only read if their sum is known.
fn must_be_known(file: &str) -> bool {
    let part = split(file).and_then(|(_, inside)| inside.split('/').next());
    matches!(part, Some("data" | "_deletions" | "_indices"))
}

impl CheckedStore {
    pub(super) fn local(checks: Arc<Checks>) -> CheckedStore {
        CheckedStore {
            below: Arc::new(Below::Local(LocalFileSystem::new())),
            checks,
        }
    }

    pub(super) fn remote(store: Arc<dyn ObjectStore>, checks: Arc<Checks>) -> CheckedStore {
        CheckedStore {
            below: Arc::new(Below::Remote(store)),
            checks,
        }
    }

    fn damaged(&self, file: &str, reason: impl Into<String>) -> Error {
        wrap(self.checks.damaged(file, StorageKind::Permanent, reason.into()))
    }

    /// What a failure to read a file says, now that the file ought to be there.
    fn unreadable(&self, file: &str, source: &(dyn std::error::Error + 'static)) -> Error {
        let damage = match classify_chain(source) {
            StorageKind::NotFound => self
                .checks
                .damaged(file, StorageKind::Permanent, "it is missing".to_owned()),
            kind => self.checks.damaged(file, kind, cause(source)),
        };
        wrap(damage)
    }

    /// The bytes of `range`. Blocks that were not compared yet are read whole and compared.
    async fn read(&self, location: &Path, file: &str, known: &Arc<KnownFile>, range: Range<u64>) -> Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let blocks = range.start / BLOCK..(range.end - 1) / BLOCK + 1;
        if blocks.clone().all(|block| known.is_compared(block)) {
            return self.fetch(location, file, range, None).await.map(|(bytes, _)| bytes);
        }
        if !known.sum.has_sums() {
            let (content, sums) = self.fetch(location, file, 0..known.sum.bytes, Some(0)).await?;
            if FileSum::of(known.sum.bytes, &sums) != known.sum {
                return Err(self.damaged(file, "its content is not what was written"));
            }
            (0..known.sum.blocks() as u64).for_each(|block| known.set_compared(block));
            return Ok(cut(&content, range.start as usize..range.end as usize));
        }
        let expected = known
            .blocks
            .get_or_try_init(|| self.read_sums(location, file, known))
            .await?;
        let whole = known.range(blocks.start).start..known.range(blocks.end - 1).end;
        let (content, sums) = self.fetch(location, file, whole.clone(), Some(blocks.start)).await?;
        for (block, sum) in blocks.zip(sums) {
            if expected.get(block as usize) != Some(&sum) {
                let Range { start, end } = known.range(block);
                return Err(self.damaged(file, format!("bytes {start} to {end} are not what was written")));
            }
            known.set_compared(block);
        }
        let at = (range.start - whole.start) as usize;
        Ok(cut(&content, at..at + (range.end - range.start) as usize))
    }

    /// Bytes as they lie there, and the sums of their blocks if they begin with a block.
    async fn fetch(
        &self,
        location: &Path,
        file: &str,
        range: Range<u64>,
        first: Option<u64>,
    ) -> Result<(Bytes, Vec<u64>)> {
        let sums = move |content: &Bytes| match first {
            Some(_) => content.chunks(BLOCK as usize).map(block_sum).collect(),
            None => Vec::new(),
        };
        let wanted = range.end - range.start;
        match self.below.as_ref() {
            Below::Local(store) => {
                let path = store.path_to_filesystem(location)?;
                let read = local::blocking(move || {
                    let content = local::read(&path, &range)?;
                    let sums = sums(&content);
                    Ok((content, sums))
                });
                read.await.map_err(|source| match source.kind() {
                    ErrorKind::UnexpectedEof => self.damaged(file, "it is shorter than what was written"),
                    _ => self.unreadable(file, &source),
                })
            }
            Below::Remote(store) => {
                let content = store.get_range(location, range).await;
                let content = content.map_err(|source| self.unreadable(file, &source))?;
                if content.len() as u64 != wanted {
                    return Err(self.damaged(file, "it is shorter than what was written"));
                }
                let sums = sums(&content);
                Ok((content, sums))
            }
        }
    }

    async fn read_sums(&self, location: &Path, file: &str, known: &Arc<KnownFile>) -> Result<Vec<u64>> {
        let length = 8 * known.sum.blocks() as u64;
        let beside = format!("{file}{SUMS}");
        let (content, _) = self.fetch(&sums_of(location), &beside, 0..length, None).await?;
        decode(&content, known.sum).ok_or_else(|| self.damaged(&beside, "its content is not what was written"))
    }

    /// After a file is in its place: its sums beside it if it is large, and its sum in mind.
    async fn written(below: &Below, checks: &Checks, location: &Path, sum: FileSum, blocks: &[u64]) -> Result<()> {
        let Some(file) = below_root(location).filter(|file| must_be_known(file) || file.ends_with(MANIFEST)) else {
            return Ok(());
        };
        if sum.has_sums() {
            let content = PutPayload::from(encode(blocks));
            below.put(&sums_of(location), content, PutOptions::default()).await?;
        }
        checks.learn(file.to_owned(), sum, 0);
        Ok(())
    }

    /// Compares all of a file that is known, whether parts of it were compared before or not.
    pub(super) async fn compare(&self, location: &Path) -> Result<()> {
        let Some((file, known)) = below_root(location).and_then(|file| Some((file, self.checks.known(file)?))) else {
            return Ok(());
        };
        self.size(location, file, &known).await?;
        let fresh = Arc::new(known.fresh());
        let mut start = 0;
        while start < fresh.sum.bytes {
            let end = (start + (4 << 20)).min(fresh.sum.bytes);
            self.read(location, file, &fresh, start..end).await?;
            start = end;
        }
        Ok(())
    }

    /// The size that the storage reports, which must be the one that was written.
    async fn size(&self, location: &Path, file: &str, known: &KnownFile) -> Result<ObjectMeta> {
        let head = GetOptions::new().with_head(true);
        let found = self.below.store().get_opts(location, head).await;
        let meta = found.map_err(|source| self.unreadable(file, &source))?.meta;
        match meta.size == known.sum.bytes {
            true => Ok(meta),
            false => Err(self.damaged(
                file,
                format!("it has {} bytes, but {} were written", meta.size, known.sum.bytes),
            )),
        }
    }
}

/// A part of what was read to compare it. A small part is copied, so that it does not keep all the rest in memory.
fn cut(content: &Bytes, range: Range<usize>) -> Bytes {
    match range.len() < content.len() / 2 {
        true => Bytes::copy_from_slice(&content[range]),
        false => content.slice(range),
    }
}

fn wrap(damage: Damage) -> Error {
    Error::Generic {
        store: "graph",
        source: Box::new(damage),
    }
}

#[async_trait]
impl ObjectStore for CheckedStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let mut summing = Summing::default();
        payload.iter().for_each(|piece| summing.add(piece));
        let (sum, blocks) = summing.finish();
        let put = self.below.put(location, payload, options).await?;
        Self::written(&self.below, &self.checks, location, sum, &blocks).await?;
        Ok(put)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload: Box<dyn MultipartUpload> = match self.below.as_ref() {
            Below::Local(store) => Box::new(local::Upload::begin(store.path_to_filesystem(location)?).await?),
            Below::Remote(store) => store.put_multipart_opts(location, options).await?,
        };
        Ok(Box::new(SummedUpload {
            upload,
            summing: Summing::default(),
            below: self.below.clone(),
            checks: self.checks.clone(),
            location: location.clone(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(file) = below_root(location) else {
            return self.below.store().get_opts(location, options).await;
        };
        let Some(known) = self.checks.known(file) else {
            if must_be_known(file) {
                return Err(self.damaged(file, "no version names its checksum"));
            }
            return self.below.store().get_opts(location, options).await;
        };
        let meta = match options.head {
            true => self.size(location, file, &known).await?,
            false => ObjectMeta {
                location: location.clone(),
                last_modified: Default::default(),
                size: known.sum.bytes,
                e_tag: None,
                version: None,
            },
        };
        let range = match &options.range {
            None => 0..known.sum.bytes,
            Some(range) => range.as_range(known.sum.bytes).map_err(|source| Error::Generic {
                store: "graph",
                source: source.into(),
            })?,
        };
        let content = match options.head {
            true => Bytes::new(),
            false => self.read(location, file, &known, range.clone()).await?,
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(futures::stream::once(async move { Ok(content) }).boxed()),
            meta,
            range,
            attributes: Default::default(),
            extensions: Default::default(),
        })
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.below.store().delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.below.store().list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.below.store().list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        // What is copied is compared and summed like all else. Nothing that we ask the library for copies files.
        let content = self.get_opts(from, GetOptions::default()).await?.bytes().await?;
        let mode = match options.mode {
            CopyMode::Create => PutMode::Create,
            CopyMode::Overwrite => PutMode::Overwrite,
        };
        self.put_opts(to, content.into(), PutOptions::from(mode))
            .await
            .map(|_| ())
    }
}

/// An upload in parts that is summed on its way.
#[derive(Debug)]
struct SummedUpload {
    upload: Box<dyn MultipartUpload>,
    summing: Summing,
    below: Arc<Below>,
    checks: Arc<Checks>,
    location: Path,
}

#[async_trait]
impl MultipartUpload for SummedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        // Parts are given in their order, even if they are written in another.
        data.iter().for_each(|piece| self.summing.add(piece));
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let put = self.upload.complete().await?;
        let (sum, blocks) = self.summing.finish();
        CheckedStore::written(&self.below, &self.checks, &self.location, sum, &blocks).await?;
        Ok(put)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    fn content(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|at| (at * 31 % 251) as u8).collect()
    }

    fn place(name: &str) -> Path {
        Path::from(format!("some/graph/nodes/0001-0002/{name}"))
    }

    /// A store of each kind, and one that reaches the same bytes without checks.
    fn stores(folder: &std::path::Path) -> [(CheckedStore, Arc<dyn ObjectStore>, Path); 2] {
        let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let root = Path::from_absolute_path(folder).expect("a path");
        [
            (
                CheckedStore::remote(memory.clone(), Arc::default()),
                memory,
                Path::default(),
            ),
            (
                CheckedStore::local(Arc::default()),
                Arc::new(LocalFileSystem::new()),
                root,
            ),
        ]
    }

    fn damage(error: &Error) -> String {
        match error {
            Error::Generic { source, .. } => source.to_string(),
            other => format!("another error: {other}"),
        }
    }

    #[tokio::test]
    async fn what_is_read_is_what_was_written_or_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        for (store, below, root) in stores(folder.path()) {
            for bytes in [0, 1, 300, 70_000, 262_144, 262_145, 400_000] {
                let file = Path::from(format!("{root}/{}", place(&format!("data/{bytes}"))));
                let written = content(bytes);
                let mut upload = store.put_multipart(&file).await.expect("an upload");
                for part in written.chunks(123_457) {
                    upload.put_part(part.to_vec().into()).await.expect("a part");
                }
                upload.complete().await.expect("a file");
                assert_eq!(
                    store.get(&file).await.expect("a file").bytes().await.expect("bytes"),
                    written
                );
                for range in [0..bytes.min(10), bytes / 3..bytes / 2, bytes.saturating_sub(20)..bytes] {
                    if !range.is_empty() {
                        let read = store.get_range(&file, range.start as u64..range.end as u64).await;
                        assert_eq!(read.expect("bytes"), written[range.clone()], "{range:?} of {bytes}");
                    }
                }
                let sums = below.head(&Path::from(format!("{file}{SUMS}"))).await;
                assert_eq!(sums.is_ok(), bytes as u64 > super::super::sum::WHOLE, "{bytes}");
            }
        }
    }

    #[tokio::test]
    async fn damage_is_found_where_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        for (store, below, root) in stores(folder.path()) {
            let file = Path::from(format!("{root}/{}", place("data/large.lance")));
            let written = content(400_000);
            store.put(&file, written.clone().into()).await.expect("a file");
            let mut damaged = written.clone();
            damaged[100_000] ^= 0x15;
            below.put(&file, damaged.into()).await.expect("a file");
            assert_eq!(store.get_range(&file, 0..10).await.expect("bytes"), written[..10]);
            let error = store.get_range(&file, 99_990..99_995).await.expect_err("damage");
            let wanted = "nodes/0001-0002/data/large.lance is damaged: bytes 98304 to 114688 are not what was written; it holds \
                          rows of nodes/0001-0002";
            assert_eq!(damage(&error), wanted);
            // What was compared is not compared again, unless all of it is.
            let whole = store.compare(&file).await.expect_err("damage");
            assert_eq!(damage(&whole), wanted);
            let sums = Path::from(format!("{file}{SUMS}"));
            let fresh = || {
                let checks = Arc::new(Checks::default());
                let known = FileSum::of_content(&written);
                checks.learn("nodes/0001-0002/data/large.lance".to_owned(), known, 7);
                CheckedStore {
                    below: store.below.clone(),
                    checks,
                }
            };
            below.put(&sums, vec![0; 200].into()).await.expect("a file");
            let error = fresh().get_range(&file, 0..10).await.expect_err("damage");
            assert!(damage(&error).contains("large.lance.sums is damaged"), "{error}");
            below.delete(&file).await.expect("a file");
            let error = fresh().head(&file).await.expect_err("damage");
            assert!(
                damage(&error).ends_with(
                    "is damaged: it is missing; it holds rows of nodes/0001-0002 (version 0000000000000007)"
                ),
                "{error}"
            );
            below
                .put(&file, written[..1_000].to_vec().into())
                .await
                .expect("a file");
            let error = fresh().head(&file).await.expect_err("damage");
            assert!(
                damage(&error).contains("it has 1000 bytes, but 400000 were written"),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn files_of_no_version_are_not_read() {
        let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        memory
            .put(&place("data/x.lance"), vec![1].into())
            .await
            .expect("a file");
        memory.put(&place("_versions/x"), vec![1].into()).await.expect("a file");
        let store = CheckedStore::remote(memory, Arc::default());
        let error = store.get(&place("data/x.lance")).await.expect_err("damage");
        assert!(damage(&error).contains("no version names its checksum"), "{error}");
        store.get(&place("_versions/x")).await.expect("a file");
    }
}
