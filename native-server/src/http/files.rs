//! The files of the playground, which `build.rs` has put into the program.

use hyper::HeaderMap;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};

use super::answer::{Answer, content, with};

/// Where the files lie whose names change with their contents.
const HASHED: &str = "/assets/";
/// The playground as one file, to be kept and not to be looked at here: its scripts are its own.
const SINGLE_FILE: &str = "/chatting-time.html";

/// Every file, in the order of their paths.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// One file with its compressed forms.
pub(super) struct File {
    path: &'static str,
    /// Stands for its contents.
    hash: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The file at this path.
pub(super) fn find(path: &str) -> Option<&'static File> {
    let path = match path {
        "/" => "/index.html",
        path => path,
    };
    let place = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    Some(&FILES[place])
}

impl File {
    pub(super) fn respond(&'static self, request: &HeaderMap) -> Answer {
        let (encoding, body) = self.choose(request);
        let tag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.hash),
            None => format!("\"{}\"", self.hash),
        };
        let mut response = match is_known(&tag, request) {
            true => not_modified(),
            false => content(content_type(self.path), Bytes::from_static(body)),
        };
        if let Some(encoding) = encoding.filter(|_| response.status() == StatusCode::OK) {
            response = with(response, CONTENT_ENCODING, encoding);
        }
        let tag = HeaderValue::try_from(tag).expect("a hash is text");
        response.headers_mut().insert(ETAG, tag);
        if self.path == SINGLE_FILE {
            let save = "attachment; filename=\"chatting-time.html\"";
            response = with(response, CONTENT_DISPOSITION, save);
        }
        let caching = match self.path.starts_with(HASHED) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        with(
            with(response, VARY, "accept-encoding"),
            CACHE_CONTROL,
            caching,
        )
    }

    /// The form that the client likes best, the smaller one where it likes several.
    fn choose(&self, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let forms = [
            (Some("br"), self.brotli),
            (Some("gzip"), self.gzip),
            (None, Some(self.plain)),
        ];
        let liking = |encoding: Option<&str>| liking(request, encoding.unwrap_or("identity"));
        let mut best = (None, self.plain);
        let mut most = 0;
        for (encoding, bytes) in forms {
            if let Some(bytes) = bytes
                && liking(encoding) > most
            {
                most = liking(encoding);
                best = (encoding, bytes);
            }
        }
        best
    }
}

/// How much the client likes an encoding, in thousandths (RFC 9110, 12.5.3).
fn liking(request: &HeaderMap, encoding: &str) -> u32 {
    let mut any = None;
    let lists = request.get_all(ACCEPT_ENCODING).into_iter();
    for one in lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
    {
        let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
        let quality = match parameters.trim().strip_prefix("q=") {
            Some(quality) => quality.trim().parse::<f32>().unwrap_or(0.0),
            None => 1.0,
        };
        let thousandths = (quality.clamp(0.0, 1.0) * 1000.0) as u32;
        match name.trim() {
            name if name.eq_ignore_ascii_case(encoding) => return thousandths,
            "*" => any = Some(thousandths),
            _ => {}
        }
    }
    // What is not compressed may always be sent, if nothing better can.
    any.unwrap_or(u32::from(encoding == "identity"))
}

/// Whether the client has these contents already.
fn is_known(tag: &str, request: &HeaderMap) -> bool {
    let known = request.get_all(IF_NONE_MATCH).into_iter();
    let mut known = known
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim);
    known.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn not_modified() -> Answer {
    let mut response = Answer::default();
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
