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

#[cfg(test)]
mod tests {
    use hyper::body::Body as _;
    use hyper::header::HeaderName;

    use super::*;

    const fn file(path: &'static str) -> File {
        File {
            path,
            hash: "00ff",
            plain: b"console.log(1)",
            brotli: Some(b"brotli"),
            gzip: Some(b"gzip form"),
        }
    }

    static SCRIPT: File = file("/assets/main-BX7s.js");

    fn ask(file: &'static File, headers: &[(HeaderName, &'static str)]) -> Answer {
        let headers = headers.iter().cloned();
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        file.respond(&headers.collect())
    }

    fn header(answer: &Answer, name: &str) -> String {
        let value = answer.headers().get(name).map(HeaderValue::to_str);
        value.map_or(String::new(), |value| value.unwrap().to_owned())
    }

    #[test]
    fn a_client_gets_the_form_that_it_likes_best() {
        for (accepted, encoding) in [
            (None, ""),
            (Some(""), ""),
            (Some("gzip"), "gzip"),
            (Some("gzip, deflate, br, zstd"), "br"),
            (Some("GZIP;q=1.0, br;q=0.5"), "gzip"),
            (Some("br;q=0, gzip; q=0.001"), "gzip"),
            (Some("br;q=0,gzip;q=0"), ""),
            (Some("identity, br;q=0.5"), ""),
            (Some("*"), "br"),
            (Some("br;q=0, *"), "gzip"),
            (Some("*;q=0"), ""),
            (Some("identity;q=0, deflate"), ""),
            (Some("br;q=many, ;;,=, gzip;level=9"), "gzip"),
        ] {
            let headers: Vec<_> = accepted
                .map(|list| (ACCEPT_ENCODING, list))
                .into_iter()
                .collect();
            let answer = ask(&SCRIPT, &headers);
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(
                header(&answer, "content-encoding"),
                encoding,
                "{accepted:?}"
            );
            assert_eq!(header(&answer, "vary"), "accept-encoding");
            let length = match encoding {
                "br" => 6,
                "gzip" => 9,
                _ => 14,
            };
            assert_eq!(answer.body().size_hint().exact(), Some(length));
            assert_eq!(header(&answer, "content-length"), length.to_string());
        }
    }

    #[test]
    fn a_form_that_was_not_built_is_not_offered() {
        static PLAIN: File = File {
            brotli: None,
            gzip: None,
            ..file("/plain.svg")
        };
        let answer = ask(&PLAIN, &[(ACCEPT_ENCODING, "br, gzip")]);
        assert_eq!(header(&answer, "content-encoding"), "");
        assert_eq!(header(&answer, "content-type"), "image/svg+xml");
    }

    #[test]
    fn a_client_that_has_the_contents_is_not_sent_them_again() {
        for (accepted, known, is_sent) in [
            ("", "\"00ff\"", false),
            ("br", "\"00ff-br\"", false),
            ("gzip", "\"1\", W/\"00ff-gzip\"", false),
            ("", "*", false),
            ("br", "\"00ff\"", true),
            ("", "\"00ff-br\"", true),
            ("", "00ff", true),
        ] {
            let headers = [(ACCEPT_ENCODING, accepted), (IF_NONE_MATCH, known)];
            let answer = ask(&SCRIPT, &headers);
            let expected = match is_sent {
                true => StatusCode::OK,
                false => StatusCode::NOT_MODIFIED,
            };
            assert_eq!(answer.status(), expected, "{accepted} {known}");
            assert_eq!(answer.body().is_end_stream(), !is_sent);
            for name in ["etag", "vary", "cache-control"] {
                let fresh = ask(&SCRIPT, &headers[..1]);
                assert_eq!(header(&answer, name), header(&fresh, name));
            }
        }
    }

    #[test]
    fn only_files_whose_names_change_are_kept_without_asking() {
        static PAGE: File = file("/index.html");
        let script = ask(&SCRIPT, &[]);
        let for_ever = "public, max-age=31536000, immutable";
        assert_eq!(header(&script, "cache-control"), for_ever);
        assert_eq!(
            header(&script, "content-type"),
            "text/javascript; charset=utf-8"
        );
        let page = ask(&PAGE, &[]);
        assert_eq!(header(&page, "cache-control"), "no-cache");
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    }

    #[test]
    fn the_single_file_is_kept_and_not_shown() {
        static SINGLE: File = file(SINGLE_FILE);
        let kept = "attachment; filename=\"chatting-time.html\"";
        assert_eq!(header(&ask(&SINGLE, &[]), "content-disposition"), kept);
        assert_eq!(header(&ask(&SCRIPT, &[]), "content-disposition"), "");
    }
}
