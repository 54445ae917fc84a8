//! A service that turns texts into vectors, on this machine and for one test: it says what it is told to say, and keeps
//! what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value as Json, json};

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The first line.
    pub line: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    pub body: Json,
}

impl Asked {
    pub fn texts(&self) -> Vec<String> {
        let texts = self.body["input"].as_array().cloned().unwrap_or_default();
        texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }
}

/// What it says.
#[derive(Clone, Debug)]
pub enum Says {
    /// The vector of each text that is asked for.
    Vectors,
    /// These numbers for every text.
    Numbers(Vec<f32>),
    /// A status with headers and a body.
    Status(u16, String, String),
    /// Nothing, for this long.
    Nothing(Duration),
    /// It hangs up.
    HangUp,
}

impl Says {
    pub fn refusal(status: u16, message: &str) -> Says {
        Says::Status(
            status,
            String::new(),
            json!({ "error": { "message": message } }).to_string(),
        )
    }
}

pub struct Provider {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    says: Arc<Mutex<Vec<Says>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Provider {
    /// It says these things one after the other, then vectors.
    pub fn start(says: &[Says]) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let says = Arc::new(Mutex::new(says.iter().rev().cloned().collect::<Vec<_>>()));
        let ends = Arc::new(AtomicBool::new(false));
        let thread = {
            let (asked, says, ends) = (asked.clone(), says.clone(), ends.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    if ends.load(Ordering::SeqCst) {
                        return;
                    }
                    // A client that went away is not the fault of the service.
                    if let Ok(stream) = stream {
                        let _ = serve(stream, &asked, &says);
                    }
                }
            })
        };
        Provider {
            address,
            asked,
            says,
            ends,
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Everything it was asked since the last time, in order.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("no panic before"))
    }

    /// What it says next, one after the other.
    pub fn say(&self, says: &[Says]) {
        *self.says.lock().expect("no panic before") = says.iter().rev().cloned().collect();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // So that it looks.
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The numbers for a text: how many letters it has, and how many of them are vowels. Not of length 1.
pub fn numbers(text: &str) -> [f32; 2] {
    let vowels = text.chars().filter(|c| "aeiou".contains(*c)).count();
    [text.chars().count() as f32, vowels as f32]
}

/// The same as a graph holds and exports them: of length 1.
pub fn unit(text: &str) -> Json {
    let [x, y] = numbers(text).map(f64::from);
    let norm = (x * x + y * y).sqrt();
    // As text, for a JSON value of an F32 would be the F64 that it equals.
    let text = format!("[{:?},{:?}]", (x / norm) as f32, (y / norm) as f32);
    serde_json::from_str(&text).expect("two numbers")
}

fn serve(stream: TcpStream, asked: &Mutex<Vec<Asked>>, says: &Mutex<Vec<Says>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut length, mut authorization) = (String::new(), 0, None);
    reader.read_line(&mut line)?;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request = Asked {
        line: line.trim().to_owned(),
        authorization,
        body: serde_json::from_slice(&body).unwrap_or(Json::Null),
    };
    let texts = request.texts();
    asked.lock().expect("no panic before").push(request);
    let say = says.lock().expect("no panic before").pop().unwrap_or(Says::Vectors);
    let vectors = |of: &dyn Fn(&str) -> Vec<f32>| {
        // The sequence says nothing: `index` does.
        let data: Vec<Json> = texts
            .iter()
            .enumerate()
            .rev()
            .map(|(index, text)| json!({ "object": "embedding", "index": index, "embedding": of(text) }))
            .collect();
        (
            200,
            String::new(),
            json!({ "object": "list", "data": data }).to_string(),
        )
    };
    let (status, headers, body) = match say {
        Says::Vectors => vectors(&|text| numbers(text).to_vec()),
        Says::Numbers(numbers) => vectors(&|_| numbers.clone()),
        Says::Status(status, headers, body) => (status, headers, body),
        Says::Nothing(time) => {
            std::thread::sleep(time);
            return Ok(());
        }
        Says::HangUp => return Ok(()),
    };
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )?;
    stream.flush()
}
