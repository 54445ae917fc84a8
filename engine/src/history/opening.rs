//! How a graph is opened, and what is said of a place that holds none.

use super::branch;
use super::graph::Graph;
use crate::error::{Error, Result};
use crate::storage::{OpenOptions, layout, seal};

impl Graph {
    /// Opens a graph. Nothing is written, and nothing needs repair.
    ///
    /// # Errors
    /// As [`Graph::open_with`].
    pub async fn open(location: &str) -> Result<Graph> {
        Graph::open_with(location, OpenOptions::default()).await
    }

    /// Opens a graph. Nothing is written, and nothing needs repair.
    ///
    /// # Errors
    /// [`Error::NoSuchStore`] and [`Error::NotAGraph`]; [`Error::NotFound`] for a branch; [`Error::OtherFormat`];
    /// damage of `format.json`, and the storage's. A head that is damaged is reported once it is asked for.
    pub async fn open_with(location: &str, options: OpenOptions) -> Result<Graph> {
        let graph = Graph::at(location, options)?;
        graph.place().refuse_file()?;
        let Some(format) = graph.objects().read(layout::FORMAT).await? else {
            return Err(graph.no_graph().await?);
        };
        seal::check(&format, layout::FORMAT, layout::STORAGE_FORMAT)?;
        graph.found().await
    }

    /// The same graph on another branch. Both handles share what is open and cached.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the branch; the storage's. A head that is damaged is reported once it is asked for.
    pub async fn on(&self, branch: &str) -> Result<Graph> {
        if branch == self.branch() {
            return Ok(self.clone());
        }
        Ok(self.at_branch(branch).found().await?.joined())
    }

    /// The handle, if its branch has a record.
    async fn found(self) -> Result<Graph> {
        match branch::find(self.objects(), self.branch()).await {
            Ok(Some(head)) => self.remember(head),
            Ok(None) => return Err(self.no_branch().await?),
            // An older commit may be read all the same; whoever needs the head gets the error.
            Err(Error::Corrupt { .. } | Error::MissingRecords { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(self)
    }

    /// Why the branch has no record.
    async fn no_branch(&self) -> Result<Error> {
        if self.objects().list(layout::BRANCHES).await?.is_empty() {
            return Ok(Error::NotAGraph {
                location: self.location().to_owned(),
                hint: Some("its creation was not finished; create it again".to_string()),
            });
        }
        Ok(Error::NotFound {
            what: "branch",
            name: self.branch().to_owned(),
            nearest: None,
        })
    }

    /// What lies where a graph was expected, and has no `format.json`.
    async fn no_graph(&self) -> Result<Error> {
        let objects = self.objects();
        if !objects.list(&layout::branch_folder(self.branch())).await?.is_empty() {
            return Ok(self.without_format());
        }
        let location = self.location().to_owned();
        if !self.place().is_folder() && !objects.any().await? {
            return Ok(Error::NoSuchStore { location });
        }
        Ok(Error::NotAGraph { location, hint: None })
    }

    /// Opens a graph and makes sure that it can be written.
    ///
    /// # Errors
    /// As [`Graph::open_with`], and a storage that cannot be written, or cannot create an object only if it is absent.
    pub async fn open_for_write(location: &str, options: OpenOptions) -> Result<Graph> {
        let graph = Graph::open_with(location, options).await?;
        graph.ensure_writable().await?;
        Ok(graph)
    }

    pub(super) fn without_format(&self) -> Error {
        Error::corrupt(
            layout::FORMAT,
            format!(
                "it is missing, but {} holds commits of a graph; put it back from a backup, or copy it from another graph that \
                 this program made: it is the same for all",
                self.location()
            ),
        )
    }
}
