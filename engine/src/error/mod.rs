//! What can go wrong, as classes that callers decide by. Text is for people: it speaks of types, properties, ids and
//! commits, never of the storage library's internals; what the library said is kept as a source.

mod damage;
mod fault;
mod violations;

use std::fmt;

pub use fault::{Fault, Side};
pub use violations::{Origin, Violation, Violations};

pub(crate) use damage::Damage;
pub(crate) use fault::{FaultKind, ID_LIMIT};
pub(crate) use violations::TOLD;

/// A result whose error is [`Error`] unless another one is given.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The stable name of an error's kind; `Error::class` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request cannot be right, on this graph or on any.
    BadRequest,
    /// Something that the request names is not there: a graph, a branch, a commit, a type.
    NotFound,
    /// A row that should be new has the id of a stored one.
    KeyConflict,
    /// Another commit came between what was read and what was to be written.
    ReadSetChanged,
    /// Others were faster too often; the same request may succeed later.
    RetryableCommitConflict,
    /// The head is not the commit that the request expects.
    PreconditionFailed,
    /// A limit of this program, or one that the request itself sets.
    ResourceLimitExceeded,
    /// A graph is where one should be created.
    AlreadyInitialized,
    /// The data of a commit are gone.
    HistoricalVersionReclaimed,
    /// The service that turns texts into vectors failed.
    EmbeddingProvider,
    /// An expression of a query has no value for the data that it met.
    Evaluation,
    /// Whether a commit happened is not known.
    Unknown,
    /// The storage failed, or what it holds is damaged.
    Storage(StorageKind),
    /// A bug of this program.
    Internal,
}

/// What a failure of the storage permits to conclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageKind {
    /// Time-out, throttling, broken transport. No permission to repeat: only the operation knows its effect.
    Transient,
    /// Credentials, a read-only folder, a file system that cannot create exclusively.
    Configuration,
    /// A file that must be there is not.
    NotFound,
    /// What is stored cannot be trusted, or was written by a newer program.
    Permanent,
    /// A full disk or a quota.
    Exhausted,
    /// Nothing says which of the others it is.
    Unknown,
}

/// What is wrong with turning texts into vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmbeddingFault {
    /// There is no provider, or its settings do not suffice.
    NotConfigured,
    /// Vectors of two models would be compared.
    OtherModel,
    /// It does not answer, or not with what it should.
    Provider,
}

/// Why an expression of a running query has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvaluationCode {
    /// A number, a duration or a time does not fit its type.
    Overflow,
    /// A value has no form in another type, or a text is no regular expression or pattern.
    Cast,
    /// A result is larger than the query may hold.
    Budget,
    /// A step of a path weighs less than nothing, or not a finite number.
    Weight,
    /// A Date and a part of a day.
    Time,
    /// Two assignments of a mutation give one property of one row different values.
    Conflict,
}

impl EvaluationCode {
    /// As `docs/codes` has it.
    pub fn code(self) -> &'static str {
        match self {
            EvaluationCode::Overflow => "R001",
            EvaluationCode::Cast => "R002",
            EvaluationCode::Budget => "R003",
            EvaluationCode::Weight => "R004",
            EvaluationCode::Time => "R005",
            EvaluationCode::Conflict => "R006",
        }
    }
}

/// Whether an error may have left something behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing of the request can be seen.
    None,
    /// Its commit may have happened or not.
    Unknown,
}

/// What can go wrong, with what messages say of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Input or outcome breaks a rule.
    #[error("{0}")]
    Input(Box<Violations>),
    /// A request that cannot be right for another reason than its data.
    #[error("{message}")]
    BadRequest {
        /// What went wrong, for people.
        message: String,
    },
    /// Something is there, but no graph.
    #[error("{location} is not a graph{}", .hint.as_deref().map(|h| format!(": {h}")).unwrap_or_default())]
    NotAGraph {
        /// Where, as it was named.
        location: String,
        /// What it may be.
        hint: Option<String>,
    },
    /// Nothing is there at all.
    #[error("{location} does not exist")]
    NoSuchStore {
        /// Where, as it was named.
        location: String,
    },
    /// A name that nothing has.
    #[error("{what} `{name}` does not exist{}", .nearest.as_deref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    NotFound {
        /// What kind of thing: `commit`, `branch`, …
        what: &'static str,
        /// Its name.
        name: String,
        /// A name that is nearly the same.
        nearest: Option<String>,
    },
    /// Another commit came between what was read and what was to be written.
    #[error(
        "the graph moved from commit {expected} to {actual} while this request was prepared; read again and decide"
    )]
    ReadSetChanged {
        /// Id of the commit that was expected.
        expected: String,
        /// Id of the commit that is the head.
        actual: String,
    },
    /// Others published first, again and again.
    #[error("gave up after {attempts} attempts, each overtaken by another commit; send the request again later")]
    RetryableCommitConflict {
        /// How often the commit was tried.
        attempts: u32,
    },
    /// [`CommitOptions::if_commit`](crate::CommitOptions::if_commit) names another commit than the head.
    #[error("expected the head to be commit {expected}, but it is {actual}")]
    PreconditionFailed {
        /// Id of the commit that was expected.
        expected: String,
        /// Id of the commit that is the head.
        actual: String,
    },
    /// A request needs more than is allowed.
    #[error("{resource} is limited to {limit}, this request needs {}", .actual.map_or_else(|| "more".to_owned(), |actual| actual.to_string()))]
    ResourceLimitExceeded {
        /// What is limited, with its unit.
        resource: &'static str,
        /// The most that is allowed.
        limit: u64,
        /// `None` where it is only known to be more than the limit.
        actual: Option<u64>,
    },
    /// A graph should be created where one is.
    #[error("{location} holds a graph already")]
    AlreadyInitialized {
        /// Where, as it was named.
        location: String,
    },
    /// A commit whose record is there, but whose data are gone.
    #[error("data of commit {commit} were removed, by cleanup or by a drop for good")]
    HistoricalVersionReclaimed {
        /// Id of the commit.
        commit: String,
    },
    /// A text could not be turned into a vector.
    #[error("{message}")]
    Embedding {
        /// What kind of fault.
        fault: EmbeddingFault,
        /// What went wrong, for people.
        message: String,
    },
    /// The record's creation got no answer: it may be there or not.
    #[error("whether the commit happened is not known; ask for operation {operation} before sending it again")]
    Unknown {
        /// Id of the operation, which finds its commit if there is one.
        operation: String,
        /// What was met while the record was created.
        #[source]
        source: Source,
    },
    /// The storage failed.
    #[error("{message}")]
    Storage {
        /// What kind of failure.
        kind: StorageKind,
        /// What went wrong, for people.
        message: String,
        /// What the storage or its library said.
        #[source]
        source: Option<Source>,
    },
    /// A stored object that does not say what it must.
    #[error("{file} is damaged: {reason}")]
    Corrupt {
        /// The file, from the root of the graph.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Commit records that must have been there.
    #[error("{}", missing_text(.branch, *.first, *.last, .file, .before.as_deref()))]
    MissingRecords {
        /// The path of the first one.
        file: String,
        /// The branch whose records they are.
        branch: String,
        /// Number of the first one.
        first: u64,
        /// Number up to which records must have been there.
        last: u64,
        /// The commit before the first one.
        before: Option<String>,
    },
    /// A graph that another version of this program wrote.
    #[error("{file} has format {found}, this program reads {known}: {}", other_format(*.found, *.known))]
    OtherFormat {
        /// The file, from the root of the graph.
        file: String,
        /// The number of the format.
        found: u64,
        /// The greatest number that this program reads.
        known: u64,
    },
    /// A parameter that stands for a node has an id that no node has.
    #[error("parameter `{parameter}`: no {type_name} has the id `{id}`")]
    UnknownNode {
        /// The parameter, without `$`.
        parameter: String,
        /// The type that it is declared with.
        type_name: String,
        /// Its value.
        id: String,
    },
    /// The parameter that says where a page begins has a text that no page of this query has given.
    #[error("parameter `{parameter}`: {}", cursor_fault(*.foreign))]
    Cursor {
        /// The parameter, without `$`.
        parameter: String,
        /// Whether it is the cursor of another query; else it is none.
        foreign: bool,
    },
    /// An expression of a query has no value for the data that it met.
    #[error("{}: {message}", .code.code())]
    Evaluation {
        /// Why.
        code: EvaluationCode,
        /// Where the text of the query has the expression.
        origin: omnigraph_model::ir::Origin,
        /// What went wrong, for people, with the values.
        message: String,
    },
    /// A bug.
    #[error("internal error: {message}")]
    Internal {
        /// What went wrong, for people.
        message: String,
        /// What it followed from, if that was an error, too.
        #[source]
        source: Option<Source>,
    },
}

fn missing_text(branch: &str, first: u64, last: u64, file: &str, before: Option<&str>) -> String {
    let missing = match first == last {
        true => format!("record {first} of `{branch}` is missing ({file})"),
        false => {
            format!("records of `{branch}` are missing: of the numbers {first} to {last} at least the first ({file})")
        }
    };
    match before {
        Some(commit) => format!("{missing}; the record before it is that of commit {commit}"),
        None => missing,
    }
}

fn cursor_fault(foreign: bool) -> &'static str {
    match foreign {
        true => "this cursor belongs to another query",
        false => "this is no cursor",
    }
}

fn other_format(found: u64, known: u64) -> &'static str {
    match found > known {
        true => "it needs a newer binary",
        false => "export the graph with the binary that wrote it, and load the export into a new one",
    }
}

impl Error {
    /// What callers decide by.
    pub fn class(&self) -> Class {
        match self {
            Error::Input(violations) => violations.class(),
            Error::BadRequest { .. } | Error::UnknownNode { .. } | Error::Cursor { .. } => Class::BadRequest,
            Error::NotAGraph { .. } | Error::NoSuchStore { .. } | Error::NotFound { .. } => Class::NotFound,
            Error::ReadSetChanged { .. } => Class::ReadSetChanged,
            Error::RetryableCommitConflict { .. } => Class::RetryableCommitConflict,
            Error::PreconditionFailed { .. } => Class::PreconditionFailed,
            Error::ResourceLimitExceeded { .. } => Class::ResourceLimitExceeded,
            Error::AlreadyInitialized { .. } => Class::AlreadyInitialized,
            Error::HistoricalVersionReclaimed { .. } => Class::HistoricalVersionReclaimed,
            Error::Embedding { fault, .. } => match fault {
                EmbeddingFault::NotConfigured | EmbeddingFault::OtherModel => Class::BadRequest,
                EmbeddingFault::Provider => Class::EmbeddingProvider,
            },
            Error::Evaluation { .. } => Class::Evaluation,
            Error::Unknown { .. } => Class::Unknown,
            Error::Storage { kind, .. } => Class::Storage(*kind),
            Error::Corrupt { .. } | Error::MissingRecords { .. } | Error::OtherFormat { .. } => {
                Class::Storage(StorageKind::Permanent)
            }
            Error::Internal { .. } => Class::Internal,
        }
    }

    /// Everything before the record's creation is invisible, so only a lost answer leaves the outcome open.
    pub fn effect(&self) -> Effect {
        match self {
            Error::Unknown { .. } => Effect::Unknown,
            _ => Effect::None,
        }
    }

    /// An error of class [`Class::BadRequest`].
    pub fn bad_request(message: impl Into<String>) -> Error {
        Error::BadRequest {
            message: message.into(),
        }
    }

    /// An error of class [`Class::Internal`]: a bug.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::Internal {
            message: message.into(),
            source: None,
        }
    }

    /// A stored object that does not say what it must.
    pub(crate) fn corrupt(file: impl fmt::Display, reason: impl fmt::Display) -> Error {
        Error::Corrupt {
            file: file.to_string(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn storage(kind: StorageKind, message: impl Into<String>, source: impl Into<Source>) -> Error {
        Error::Storage {
            kind,
            message: message.into(),
            source: Some(source.into()),
        }
    }

    /// The same for one of the graph's files, unless the store said itself what is wrong with it.
    pub(crate) fn from_object_store(what: &str, file: &str, source: object_store::Error) -> Error {
        match damage_in(&source) {
            Some(damage) => damage.into(),
            None => Error::from_store(what, file, source),
        }
    }

    /// An object-store failure while doing `what` with the graph at `location`.
    pub(crate) fn from_store(what: &str, location: impl fmt::Display, source: object_store::Error) -> Error {
        let kind = classify(&source);
        let message = format!("could not {what} {location}: {}", describe(kind, &source));
        Error::storage(kind, message, source)
    }

    pub(crate) fn from_io(what: &str, source: std::io::Error) -> Error {
        let kind = classify_io(&source);
        let message = format!("could not {what}: {}", describe(kind, &source));
        Error::storage(kind, message, source)
    }

    /// A failure to use a file for what does not fit into memory.
    pub(crate) fn from_scratch(source: std::io::Error) -> Error {
        let folder = std::env::temp_dir();
        let chosen = match std::env::var_os("TMPDIR") {
            Some(_) => "which TMPDIR names",
            None => "unless TMPDIR names another folder",
        };
        Error::from_io(&format!("use a scratch file in {}, {chosen}", folder.display()), source)
    }

    /// What others wrapped: an error of our own comes out as it went in, and a failure of the storage as what it is.
    fn from_chain(what: &str, source: Source) -> Error {
        let source = match source.downcast::<Error>() {
            Ok(own) => return *own,
            Err(source) => source,
        };
        if let Some(damage) = damage_in(source.as_ref()) {
            return damage.into();
        }
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(source.as_ref());
        while let Some(error) = next {
            if let Some(library) = error.downcast_ref::<lance::Error>() {
                return of_library(library_kind(library), source);
            }
            // All other files that operators read and write are their own.
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                return Error::from_scratch(
                    io.raw_os_error()
                        .map_or_else(|| io.kind().into(), std::io::Error::from_raw_os_error),
                );
            }
            next = error.source();
        }
        Error::Internal {
            message: format!("{what}: {}", cause(source.as_ref())),
            source: Some(source),
        }
    }
}

fn describe(kind: StorageKind, source: &(dyn std::error::Error + 'static)) -> String {
    let known = match kind {
        StorageKind::Transient => "the storage did not answer in time",
        StorageKind::Configuration => {
            "the storage refuses access (a file where a folder is needed, a read-only folder, missing rights or credentials)"
        }
        StorageKind::NotFound => "it does not exist",
        StorageKind::Permanent => "the storage cannot do it",
        StorageKind::Exhausted => "no space left on the storage",
        StorageKind::Unknown => return format!("the storage failed ({})", cause(source)),
    };
    known.to_owned()
}

/// What the error at the bottom says, on one line.
pub(crate) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Evidence is typed: the store's own variants first, then the operating system's error below them.
fn classify(error: &object_store::Error) -> StorageKind {
    match error {
        object_store::Error::NotFound { .. } => StorageKind::NotFound,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            StorageKind::Configuration
        }
        object_store::Error::NotSupported { .. } | object_store::Error::NotImplemented { .. } => {
            StorageKind::Configuration
        }
        other => classify_chain(other),
    }
}

pub(crate) fn classify_chain(error: &(dyn std::error::Error + 'static)) -> StorageKind {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            let kind = classify_io(io);
            if kind != StorageKind::Unknown {
                return kind;
            }
        }
        if let Some(store) = error.downcast_ref::<object_store::Error>()
            && !matches!(store, object_store::Error::Generic { .. })
        {
            let kind = match store {
                object_store::Error::NotFound { .. } => StorageKind::NotFound,
                object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                    StorageKind::Configuration
                }
                _ => StorageKind::Unknown,
            };
            if kind != StorageKind::Unknown {
                return kind;
            }
        }
        next = error.source();
    }
    StorageKind::Unknown
}

fn classify_io(error: &std::io::Error) -> StorageKind {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => StorageKind::NotFound,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StorageKind::Configuration,
        // A file that outgrows a limit of the process or the file system is a full disk to whoever waits for it.
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StorageKind::Exhausted,
        ErrorKind::TimedOut | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused => StorageKind::Transient,
        ErrorKind::NotADirectory | ErrorKind::Unsupported => StorageKind::Configuration,
        _ => StorageKind::Unknown,
    }
}

/// The damaged file that an error of the storage library comes from.
fn damage_in(error: &(dyn std::error::Error + 'static)) -> Option<Damage> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(damage) = error.downcast_ref::<Damage>() {
            return Some(damage.clone());
        }
        next = error.source();
    }
    None
}

impl From<Error> for datafusion::error::DataFusionError {
    fn from(error: Error) -> datafusion::error::DataFusionError {
        datafusion::error::DataFusionError::External(Box::new(error))
    }
}

impl From<lance::Error> for Error {
    fn from(source: lance::Error) -> Error {
        match damage_in(&source) {
            Some(damage) => damage.into(),
            None => of_library(library_kind(&source), source.into()),
        }
    }
}

/// The class of a failure of the storage library; `None` for what it should not have been asked.
fn library_kind(error: &lance::Error) -> Option<StorageKind> {
    match error {
        lance::Error::NotFound { .. } | lance::Error::DatasetNotFound { .. } => Some(StorageKind::NotFound),
        lance::Error::CorruptFile { .. } => Some(StorageKind::Permanent),
        lance::Error::Timeout { .. } => Some(StorageKind::Transient),
        lance::Error::IO { .. } => Some(classify_chain(error)),
        _ => None,
    }
}

fn of_library(kind: Option<StorageKind>, source: Source) -> Error {
    match kind {
        Some(kind) => {
            let message = format!(
                "reading or writing the graph's data failed: {}",
                describe(kind, source.as_ref())
            );
            Error::storage(kind, message, source)
        }
        None => Error::Internal {
            message: format!("the storage library refused an operation: {}", cause(source.as_ref())),
            source: Some(source),
        },
    }
}

impl From<arrow_schema::ArrowError> for Error {
    fn from(source: arrow_schema::ArrowError) -> Error {
        Error::from_chain("a columnar operation failed", source.into())
    }
}

impl From<datafusion::error::DataFusionError> for Error {
    fn from(source: datafusion::error::DataFusionError) -> Error {
        use datafusion::error::DataFusionError;
        Error::from_chain(
            "executing a plan failed",
            match source {
                DataFusionError::External(inner) => inner,
                other => other.into(),
            },
        )
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Error {
        Error::Input(Box::new(violations))
    }
}
