//! Files of a local disk as the storage library needs them. A file is written under a temporary name beside its place, where
//! `cleanup` finds it if the process dies, and gets its name when it is complete.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use object_store::{Error, MultipartUpload, PutMode, PutPayload, PutResult, Result, UploadPart};
use tempfile::NamedTempFile;

fn failed(source: io::Error) -> Error {
    Error::Generic {
        store: "local disk",
        source: source.into(),
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Exactly the bytes of `range`.
pub(super) fn read(path: &std::path::Path, range: &Range<u64>) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    if range.start > 0 {
        file.seek(SeekFrom::Start(range.start))?;
    }
    let length = (range.end - range.start) as usize;
    let mut content = Vec::with_capacity(length);
    file.take(length as u64).read_to_end(&mut content)?;
    match content.len() == length {
        true => Ok(content.into()),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

/// A file beside `path`; its folder is created where it is missing.
fn begin(path: &std::path::Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(path);
    let mut builder = tempfile::Builder::new();
    // The umask decides, as for any file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    match builder.tempfile_in(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            std::fs::create_dir_all(folder)?;
            builder.tempfile_in(folder)
        }
        begun => begun,
    }
}

pub(super) async fn put(path: PathBuf, payload: PutPayload, mode: PutMode) -> Result<PutResult> {
    let exclusive = matches!(mode, PutMode::Create);
    let name = path.display().to_string();
    let written = blocking(move || {
        let mut file = begin(&path)?;
        for piece in payload.iter() {
            file.write_all(piece)?;
        }
        match exclusive {
            true => file.persist_noclobber(&path).map_err(|error| error.error)?,
            false => file.persist(&path).map_err(|error| error.error)?,
        };
        Ok(())
    });
    match written.await {
        Ok(()) => Ok(written_result()),
        Err(source) if source.kind() == ErrorKind::AlreadyExists => Err(Error::AlreadyExists {
            path: name,
            source: source.into(),
        }),
        Err(source) => Err(failed(source)),
    }
}

fn written_result() -> PutResult {
    PutResult {
        e_tag: None,
        version: None,
        extensions: Default::default(),
    }
}

/// A file that is written in parts.
#[derive(Debug)]
pub(super) struct Upload {
    path: PathBuf,
    file: Arc<Mutex<Option<NamedTempFile>>>,
    next: u64,
}

impl Upload {
    pub(super) async fn begin(path: PathBuf) -> Result<Upload> {
        let place = path.clone();
        let file = blocking(move || begin(&place)).await.map_err(failed)?;
        Ok(Upload {
            path,
            file: Arc::new(Mutex::new(Some(file))),
            next: 0,
        })
    }
}

fn over() -> io::Error {
    io::Error::other("the file is written already")
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let at = self.next;
        self.next += data.content_length() as u64;
        let file = self.file.clone();
        Box::pin(async move {
            let write = move || {
                let mut file = file.lock().unwrap_or_else(|e| e.into_inner());
                let file = file.as_mut().ok_or_else(over)?.as_file_mut();
                file.seek(SeekFrom::Start(at))?;
                data.iter().try_for_each(|piece| file.write_all(piece))
            };
            blocking(write).await.map_err(failed)
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let (file, path) = (self.file.clone(), self.path.clone());
        let persist = move || {
            let file = file.lock().unwrap_or_else(|e| e.into_inner()).take().ok_or_else(over)?;
            file.persist(path).map_err(|error| error.error).map(|_| ())
        };
        blocking(persist).await.map_err(failed)?;
        Ok(written_result())
    }

    async fn abort(&mut self) -> Result<()> {
        let file = self.file.clone();
        blocking(move || {
            drop(file.lock().unwrap_or_else(|e| e.into_inner()).take());
            Ok(())
        })
        .await
        .map_err(failed)
    }
}
