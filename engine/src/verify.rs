//! `verify`: compares everything that a graph's commits name with what was written. Records, from the newest to the first;
//! then, for each commit whose data are retained, its schema and all files of its dataset versions, each file once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use lance::index::DatasetIndexExt;

use crate::error::{Class, Error, Result, StorageKind};
use crate::history::{Graph, first_retained};
use crate::storage::{CommitRecord, TableKey, TableRole, TableState, dataset_folder, manifest_file, version_files};

/// What was compared, and what is wrong.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Commit records, and those of them whose data are retained.
    pub records: u64,
    /// Commits whose data are retained, and so were compared.
    pub commits: u64,
    /// Faults of the graph's own objects: records, schemas.
    pub faults: Vec<Error>,
    /// By what messages call them, such as "node type `City`".
    pub types: BTreeMap<String, VerifiedType>,
}

/// The data of a type in all retained commits.
#[derive(Debug, Default)]
pub struct VerifiedType {
    /// How many were compared.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// What is wrong with them.
    pub faults: Vec<Error>,
    /// The newest commit in which all files of the type are as they were written.
    pub intact: Option<String>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.faults.is_empty() && self.types.values().all(|ty| ty.faults.is_empty())
    }
}

/// What is known so far of files and versions.
#[derive(Default)]
struct Seen {
    /// By folder and file: whether it is as it was written.
    files: HashMap<String, bool>,
    versions: HashMap<TableKey, bool>,
}

impl Graph {
    /// Reads all that retained commits need and says what is damaged. Fails only where the storage does.
    ///
    /// # Errors
    /// What keeps the storage from being read at all; damage is in the report.
    pub async fn verify(&self) -> Result<VerifyReport> {
        self.bounded(self.verified()).await
    }

    async fn verified(&self) -> Result<VerifyReport> {
        let mut report = VerifyReport::default();
        let first = first_retained(self.objects()).await?;
        let mut seen = Seen::default();
        let mut next = match self.head().await {
            Ok(head) => Some(head.record),
            Err(error) => {
                report.faults.push(only_damage(error)?);
                self.newest_before_gap().await?
            }
        };
        let newest = next.as_ref().map(|record| record.id.clone());
        let mut schemas = BTreeSet::new();
        while let Some(record) = next {
            report.records += 1;
            if record.sequence >= first || newest.as_ref() == Some(&record.id) {
                report.commits += 1;
                match self.snapshot_of(&record).await {
                    Ok(snapshot) => {
                        for (role, identity, name) in snapshot.schema().types() {
                            let Some(state) = record.table(identity.type_id, identity.incarnation) else {
                                continue;
                            };
                            if !self.is_gone(&record, identity) {
                                let ty = report.types.entry(name).or_default();
                                self.verify_version(role, state, &record, ty, &mut seen).await?;
                            }
                        }
                    }
                    Err(error) if schemas.insert(record.schema.clone()) => report.faults.push(only_damage(error)?),
                    Err(_) => {}
                }
            }
            next = match self.parent(&record).await {
                Ok(parent) => parent,
                Err(error) => {
                    report.faults.push(only_damage(error)?);
                    None
                }
            };
        }
        Ok(report)
    }

    async fn verify_version(
        &self,
        role: TableRole,
        state: &TableState,
        record: &Arc<CommitRecord>,
        ty: &mut VerifiedType,
        seen: &mut Seen,
    ) -> Result<()> {
        let intact = match seen.versions.get(&state.key().base()) {
            Some(intact) => *intact,
            None => {
                let intact = self.verify_files(role, state, ty, seen).await?;
                seen.versions.insert(state.key().base(), intact);
                intact
            }
        };
        if intact && ty.intact.is_none() {
            ty.intact = Some(record.id.clone());
        }
        Ok(())
    }

    async fn verify_files(
        &self,
        role: TableRole,
        state: &TableState,
        ty: &mut VerifiedType,
        seen: &mut Seen,
    ) -> Result<bool> {
        let folder = dataset_folder(role, state.key());
        let opened = async {
            let dataset = self.library().open_apart(role, state).await?;
            let indices = dataset.load_indices().await?;
            let mut files = version_files(dataset.manifest(), indices.iter());
            files.push(manifest_file(&dataset).to_string_lossy().replace('\\', "/"));
            Ok::<_, Error>(files)
        };
        let files = match opened.await.map_err(|error| self.judged(error)) {
            Ok(files) => files,
            Err(error) => {
                ty.faults.push(only_damage(error)?);
                return Ok(false);
            }
        };
        let mut intact = true;
        for file in files {
            let path = format!("{folder}/{file}");
            let fine = match seen.files.get(&path) {
                Some(fine) => *fine,
                None => {
                    let compared = self.library().compare(&path).await;
                    ty.files += 1;
                    ty.bytes += self.library().bytes(&path);
                    let fine = compared.is_ok();
                    if let Err(error) = compared {
                        ty.faults.push(only_damage(error)?);
                    }
                    seen.files.insert(path, fine);
                    fine
                }
            };
            intact &= fine;
        }
        Ok(intact)
    }
}

/// Damage is what is looked for; a storage that does not answer ends the run.
fn only_damage(error: Error) -> Result<Error> {
    match error.class() {
        Class::Storage(StorageKind::Transient | StorageKind::Exhausted) => Err(error),
        Class::Storage(_) | Class::Internal => Ok(error),
        _ => Err(error),
    }
}
