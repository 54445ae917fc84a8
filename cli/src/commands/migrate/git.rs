//! A schema as a git repository has it at a commit, a branch or a tag.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository};

use crate::failure::Failure;
use crate::source::Source;

/// What git has of a file.
pub(super) enum Found {
    File(Source),
    /// The commit has no such file: its name as it is shown, and what to say of it.
    Nothing {
        shown: String,
        failure: Failure,
    },
}

/// `reference` is `REF` or `REF:PATH`; a path counts from the repository's root. Without one it is that of `file`.
pub(super) fn read(reference: &str, file: &Path) -> Result<Found, Failure> {
    let (revision, path) = match reference.split_once(':') {
        Some((revision, path)) => (revision, Some(PathBuf::from(path))),
        None => (reference, None),
    };
    let named = file.display();
    let file = std::path::absolute(file).map_err(|_| Failure::usage("the working directory does not exist"))?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let repository = Repository::discover(folder).map_err(|error| match error.code() {
        ErrorCode::NotFound => Failure::usage(format!("{named} lies in no git repository"))
            .help("compare with a file instead: --from OLD.pg"),
        _ => broken(&error),
    })?;
    let path = match path {
        Some(path) => path,
        None => below(&repository, &file)?,
    };
    let tree = repository
        .revparse_single(revision)
        .and_then(|found| found.peel_to_tree());
    let tree = tree.map_err(|error| match error.code() {
        ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Peel | ErrorCode::Ambiguous => {
            Failure::usage(format!("git knows no commit, branch or tag `{revision}`"))
                .help("a shallow clone lacks older commits: fetch the branch to compare with")
        }
        _ => broken(&error),
    })?;
    let shown = format!("{revision}:{}", path.display());
    let entry = match tree.get_path(&path) {
        Ok(entry) => entry,
        Err(error) if error.code() == ErrorCode::NotFound => {
            let failure = Failure::usage(format!("there is no {} at `{revision}`", path.display()));
            let failure = failure.help(format!(
                "if the file was moved, say where it was: --against {revision}:PATH"
            ));
            return Ok(Found::Nothing { shown, failure });
        }
        Err(error) => return Err(broken(&error)),
    };
    let blob = entry.to_object(&repository).and_then(|object| object.peel_to_blob());
    let blob = blob.map_err(|_| Failure::usage(format!("{shown} is not a file")))?;
    let text = std::str::from_utf8(blob.content())
        .map_err(|_| Failure::usage(format!("cannot read {shown}: it is not UTF-8 text")))?;
    Ok(Found::File(Source {
        path: shown,
        text: text.to_owned(),
    }))
}

/// The file's path from the root of the working tree.
fn below(repository: &Repository, file: &Path) -> Result<PathBuf, Failure> {
    let root = repository
        .workdir()
        .ok_or_else(|| Failure::usage("the git repository has no working tree").help("say --against REF:PATH"))?;
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = whole(file.parent().unwrap_or(Path::new("/")));
    let name = file.file_name().unwrap_or_default();
    let path = folder.join(name);
    path.strip_prefix(whole(root))
        .map(Path::to_owned)
        .map_err(|_| Failure::usage(format!("{} lies outside of the git repository", file.display())))
}

fn broken(error: &git2::Error) -> Failure {
    Failure::failed(format!("git: {}", error.message()))
}
