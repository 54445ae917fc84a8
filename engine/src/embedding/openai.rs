//! A provider that speaks the protocol of OpenAI's `/embeddings`, as many services do. The key goes to the configured
//! address alone, over an encrypted connection or to this machine, and into no message.

use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, StatusCode, Url, redirect};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::Embedder;
use crate::error::{EmbeddingFault, Error, Result};

/// Where the service of that name is.
const ADDRESS: &str = "https://api.openai.com/v1";

/// Texts of one call, unless the options say otherwise.
const BATCH: usize = 64;

/// The most bytes of an answer, beside its numbers.
const OVERHEAD: usize = 1 << 20;

/// The most bytes of a number in an answer, with what stands around it.
const NUMBER: usize = 40;

/// Where the service is, and what is asked of it.
#[derive(Clone, Default)]
pub struct OpenAiOptions {
    /// Without `/embeddings`; the service's own address without one.
    pub url: Option<String>,
    /// Sent as a bearer token; without one nothing is.
    pub key: Option<String>,
    /// The one model that is asked for; without one that of the property.
    pub model: Option<String>,
    /// Whether vectors of the property's length are asked for.
    pub dimensions: bool,
    /// How many texts one call may hold.
    pub batch: Option<usize>,
    /// How long to wait, and how often to try.
    pub limits: Limits,
}

impl std::fmt::Debug for OpenAiOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAiOptions")
            .field("url", &self.url)
            .field("key", &self.key.as_ref().map(|_| "…"))
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// How long a call may take and how often it is tried.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// All tries and the waits between them.
    pub total: Duration,
    /// One try.
    pub call: Duration,
    /// At least 1.
    pub tries: u32,
    /// Before the second try; doubled before each further one.
    pub backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            total: Duration::from_secs(60),
            call: Duration::from_secs(30),
            tries: 4,
            backoff: Duration::from_millis(200),
        }
    }
}

/// A service that speaks the protocol of OpenAI for embeddings. Calls that may succeed later are tried again.
#[derive(Debug)]
pub struct OpenAi {
    client: Client,
    address: Url,
    options: OpenAiOptions,
}

/// Why a call came to nothing.
struct Failed {
    message: String,
    /// Whether another try may help, and how long the service wants it to wait.
    again: Option<Option<Duration>>,
}

impl OpenAi {
    /// A provider with these settings. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Embedding`]: an address that is none, or one that a key must not be sent to; a key that cannot be one.
    pub fn new(mut options: OpenAiOptions) -> Result<OpenAi> {
        options.key = options.key.filter(|key| !key.is_empty());
        let text = options.url.as_deref().unwrap_or(ADDRESS);
        let wrong = |reason: &str| Error::Embedding {
            fault: EmbeddingFault::NotConfigured,
            message: format!("the address of the embedding provider, `{text}`, {reason}"),
        };
        let address = Url::parse(&format!("{}/embeddings", text.trim_end_matches('/')))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| wrong("is not an http or https URL"))?;
        let here = is_loopback(&address);
        if options.key.is_some() && address.scheme() == "http" && !here {
            return Err(wrong(
                "is not encrypted, so no key is sent there; it must begin with https",
            ));
        }
        if options
            .key
            .as_deref()
            .is_some_and(|key| !key.bytes().all(|b| b.is_ascii_graphic()))
        {
            return Err(Error::Embedding {
                fault: EmbeddingFault::NotConfigured,
                message: "the key of the embedding provider holds characters that no key has".to_owned(),
            });
        }
        let mut client = Client::builder()
            .user_agent(concat!("omnigraph/", env!("CARGO_PKG_VERSION")))
            // The key and the texts are for this address.
            .redirect(redirect::Policy::none())
            .timeout(options.limits.call);
        if here {
            client = client.no_proxy();
        }
        let client = client
            .build()
            .map_err(|source| Error::internal(format!("no HTTP client could be made: {source}")))?;
        Ok(OpenAi {
            client,
            address,
            options,
        })
    }

    /// Where texts are sent, without what is secret in it: `https://api.openai.com`.
    pub fn address(&self) -> String {
        self.address.origin().ascii_serialization()
    }

    async fn call(&self, body: &str, texts: usize, size: u32) -> Result<Vec<Vec<f32>>, Failed> {
        let mut request = self
            .client
            .post(self.address.clone())
            .header("content-type", "application/json")
            .body(body.to_owned());
        if let Some(key) = &self.options.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(|error| transport(&error))?;
        let status = response.status();
        let wait = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs);
        let most = OVERHEAD + texts * size as usize * NUMBER;
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            answer.extend_from_slice(&chunk);
            if answer.len() > most {
                return Err(Failed::for_good(
                    "its answer is longer than the vectors that were asked for",
                ));
            }
        }
        if !status.is_success() {
            return Err(self.refusal(status, wait, &answer));
        }
        read(&answer)
    }

    /// What the service says about a call that it did not answer.
    fn refusal(&self, status: StatusCode, wait: Option<Duration>, answer: &[u8]) -> Failed {
        let code = status.as_u16();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            // Services quote keys in such answers.
            let what = match self.options.key {
                Some(_) => "it refuses the key",
                None => "it wants a key",
            };
            return Failed::for_good(format!("{what} (status {code})"));
        }
        let reason = reason(answer, self.options.key.as_deref());
        let reason = reason.map(|text| format!(": {text}")).unwrap_or_default();
        let again = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        Failed {
            message: format!("it answered with status {code}{reason}"),
            again: again.then_some(wait),
        }
    }
}

impl Failed {
    fn for_good(message: impl Into<String>) -> Failed {
        Failed {
            message: message.into(),
            again: None,
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

fn transport(error: &reqwest::Error) -> Failed {
    let message = if error.is_timeout() {
        "it does not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "the connection broke"
    };
    Failed {
        message: message.to_owned(),
        again: Some(None),
    }
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: Option<usize>,
    embedding: Vec<f32>,
}

fn read(answer: &[u8]) -> Result<Vec<Vec<f32>>, Failed> {
    let Ok(Answer { mut data }) = serde_json::from_slice(answer) else {
        return Err(Failed::for_good("its answer holds no embeddings"));
    };
    if data.iter().any(|embedding| embedding.index.is_some()) {
        data.sort_by_key(|embedding| embedding.index);
        if data
            .iter()
            .enumerate()
            .any(|(at, embedding)| embedding.index != Some(at))
        {
            return Err(Failed::for_good(
                "its answer does not say which vector is of which text",
            ));
        }
    }
    Ok(data.into_iter().map(|embedding| embedding.embedding).collect())
}

/// The message of an error's JSON: one line, not long, without the key.
fn reason(answer: &[u8], key: Option<&str>) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(answer).ok()?;
    let error = json.get("error").unwrap_or(&json);
    let text = error.get("message").unwrap_or(error).as_str()?;
    let text = match key {
        Some(key) => text.replace(key, "…"),
        None => text.to_owned(),
    };
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    if text.chars().nth(200).is_some() {
        line.push('…');
    }
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

#[async_trait]
impl Embedder for OpenAi {
    fn model(&self) -> Option<&str> {
        self.options.model.as_deref()
    }

    fn batch(&self) -> usize {
        self.options.batch.unwrap_or(BATCH)
    }

    async fn embed(&self, texts: &[String], model: Option<&str>, size: u32) -> Result<Vec<Vec<f32>>> {
        let failed = |message: String| Error::Embedding {
            fault: EmbeddingFault::Provider,
            message,
        };
        let Some(model) = model else {
            return Err(Error::Embedding {
                fault: EmbeddingFault::NotConfigured,
                message: "the embedding provider needs the name of a model: neither it nor the property has one"
                    .to_owned(),
            });
        };
        let mut body = json!({ "model": model, "input": texts, "encoding_format": "float" });
        if self.options.dimensions {
            body["dimensions"] = size.into();
        }
        let body = body.to_string();
        let Limits {
            total, tries, backoff, ..
        } = self.options.limits;
        let (body, count) = (body.as_str(), texts.len());
        let end = Instant::now() + total;
        let mut tried = 0;
        let call = || {
            tried += 1;
            async move {
                match tokio::time::timeout_at(end, self.call(body, count, size)).await {
                    Ok(answer) => answer,
                    Err(_) => Err(Failed::for_good("it does not answer in time")),
                }
            }
        };
        let pauses = ExponentialBuilder::new()
            .with_min_delay(backoff)
            .without_max_delay()
            .with_max_times(tries.saturating_sub(1) as usize);
        let wait = |failure: &Failed, pause: Option<Duration>| {
            let pause = pause?.mul_f64(rand::random_range(1.0..1.5));
            let wait = failure.again?.unwrap_or(pause);
            (Instant::now() + wait < end).then_some(wait)
        };
        let message = match call.retry(pauses).adjust(wait).await {
            Ok(vectors) => return Ok(vectors),
            Err(failure) => failure.message,
        };
        Err(failed(match tried {
            1 => format!("the embedding provider failed: {message}"),
            _ => format!("the embedding provider failed {tried} times: {message}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, key: Option<&str>) -> String {
        let options = OpenAiOptions {
            url: Some(url.to_owned()),
            key: key.map(str::to_owned),
            ..OpenAiOptions::default()
        };
        OpenAi::new(options).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_key_is_not_sent_in_the_clear() {
        assert_eq!(refused("https://example.com/v1", Some("k")), "");
        assert_eq!(refused("http://127.0.0.1:1/v1", Some("k")), "");
        assert_eq!(refused("http://[::1]:1/v1", Some("k")), "");
        assert_eq!(refused("http://example.com/v1", None), "");
        assert!(refused("http://example.com/v1", Some("k")).contains("no key is sent there"));
        assert!(refused("ftp://example.com", None).contains("not an http or https URL"));
        assert!(refused("https://example.com", Some("a\nb")).contains("characters that no key has"));
        let options = OpenAiOptions {
            key: Some("secret".to_owned()),
            ..OpenAiOptions::default()
        };
        let provider = OpenAi::new(options).unwrap();
        assert!(!format!("{provider:?}").contains("secret"));
    }
}
