//! Puts the built playground into the program, where there is one.
//!
//! `www/dist` is what the page's own build leaves; each file may have a `.br` and a `.gz` beside
//! it, which are its compressed forms. `www/dist-single/chatting-time.html` is the playground as
//! one file. Without a page the program still builds, and tells whoever opens it how to get one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    // From where cargo runs this script, the package's folder: a clone that was copied or moved with what was built in it
    // must not find the page of the other one.
    let www = Path::new("../www");
    let mut files = BTreeMap::new();
    collect(&built(www, "dist"), "", &mut files)?;
    if !files.contains_key("/index.html") {
        files.clear();
    }
    collect(&built(www, "dist-single"), "", &mut files)?;
    let table: String = files
        .iter()
        .filter(|(path, _)| !is_compressed_form(path, &files))
        .map(|(path, file)| entry(path, file, &files))
        .collect::<io::Result<_>>()?;
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    fs::write(target.join("files.rs"), format!("&[\n{table}]\n"))
}

/// A folder that the page's build leaves. It is made where it is missing: cargo would run this
/// script each time for a path that does not exist, and never for one that it was not told of.
fn built(www: &Path, name: &str) -> PathBuf {
    let folder = www.join(name);
    // Where that is not possible, the build only takes longer.
    let _ = make_as_if_long_ago(&folder);
    println!("cargo:rerun-if-changed={}", folder.display());
    folder
}

/// Makes a folder that is no newer than this run of the script, or cargo would run it once more.
fn make_as_if_long_ago(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    fs::File::open(folder)?.set_modified(SystemTime::UNIX_EPOCH)
}

/// The files below the folder by the paths under which they are served.
fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .expect("the page's build names files in ASCII");
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{path}/{name}");
        match entry.file_type()?.is_dir() {
            true => collect(&entry.path(), &path, files)?,
            false => drop(files.insert(path, entry.path().canonicalize()?)),
        }
    }
    Ok(())
}

fn is_compressed_form(path: &str, files: &BTreeMap<String, PathBuf>) -> bool {
    [".br", ".gz"]
        .into_iter()
        .filter_map(|ending| path.strip_suffix(ending))
        .any(|original| files.contains_key(original))
}

/// The file as a value of the type that serves it.
fn entry(path: &str, file: &Path, files: &BTreeMap<String, PathBuf>) -> io::Result<String> {
    let hash = fnv1a(&fs::read(file)?);
    let form = |ending| match files.get(&format!("{path}{ending}")) {
        Some(form) => format!("Some(include_bytes!({form:?}))"),
        None => "None".into(),
    };
    let [brotli, gzip] = [".br", ".gz"].map(form);
    Ok(format!(
        "File {{ path: {path:?}, hash: \"{hash:016x}\", plain: include_bytes!({file:?}), \
         brotli: {brotli}, gzip: {gzip} }},\n"
    ))
}

/// Tells one build's file from another's; nobody has a reason to forge it.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
