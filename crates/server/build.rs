//! Builds the page in `web/` and lists its files, for `src/map.rs` to embed.
//!
//! Works on a copy in the output folder, so that the source tree stays as it is and two builds at once do not meet. It never
//! fails a build: with `CATCHMENT_NO_WEB=1`, or where npm is missing or fails, the list is empty and one line says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, io, thread};

/// How often packages are asked for before the page is given up.
const TRIES: u64 = 3;
/// What lies in `web/` and is no source of the page.
const NO_SOURCE: [&str; 3] = ["node_modules", "dist", "dev"];
/// The file that says which packages are installed.
const STAMP: &str = "node_modules/.installed-for";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CATCHMENT_NO_WEB");
    let out = folder("OUT_DIR")?;
    let web = folder("CARGO_MANIFEST_DIR")?.join("../../web");
    let sources = files(&web, &NO_SOURCE)?;
    let tops = sources.iter().filter_map(|source| source.split('/').next());
    for top in tops.collect::<BTreeSet<&str>>() {
        println!("cargo:rerun-if-changed={}", web.join(top).display());
    }
    let copy = out.join("web");
    let built = match env::var("CATCHMENT_NO_WEB").as_deref() {
        Err(_) | Ok("" | "0") => build(&web, &sources, &copy),
        Ok(_) => Err("CATCHMENT_NO_WEB is set".to_owned()),
    };
    let names = match built {
        Ok(()) => files(&copy.join("dist"), &[])?,
        Err(reason) => {
            println!("cargo:warning=the map is left out of this build: {reason}");
            Vec::new()
        }
    };
    let entry = |name: &String| {
        let path = format!("/web/dist/{name}");
        format!("({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), {path:?}))),\n")
    };
    let list = names.iter().map(entry).collect::<Vec<_>>().concat();
    let list = format!("static ASSETS: &[(&str, &[u8])] = &[\n{list}];\n");
    fs::write(out.join("assets.rs"), list)
}

fn folder(variable: &str) -> io::Result<PathBuf> {
    let value = env::var_os(variable).map(PathBuf::from);
    value.ok_or_else(|| io::Error::other(format!("{variable} is not set")))
}

/// Copies the sources, installs the packages where they changed, and builds. An error is a reason for people, on one line.
fn build(web: &Path, sources: &[String], copy: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("the sources of the page cannot be copied: {error}");
    renew(web, sources, copy).map_err(failed)?;
    let read = |name: &str| {
        fs::read_to_string(copy.join(name)).map_err(|_| format!("there is no web/{name}"))
    };
    let wanted = read("package.json")? + &read("package-lock.json")?;
    if !fs::read_to_string(copy.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        install(copy)?;
        fs::write(copy.join(STAMP), wanted).map_err(failed)?;
    }
    npm(copy, &["run", "build"])?;
    let page = fs::metadata(copy.join("dist/index.html"));
    page.map(drop)
        .map_err(|_| "the page has no index.html".to_owned())
}

/// Makes the copy anew, but for the installed packages.
fn renew(web: &Path, sources: &[String], copy: &Path) -> io::Result<()> {
    for old in files(copy, &["node_modules"])? {
        fs::remove_file(copy.join(old))?;
    }
    for source in sources {
        let to = copy.join(source);
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(web.join(source), to)?;
    }
    Ok(())
}

fn install(copy: &Path) -> Result<(), String> {
    let words = [
        "ci",
        "--include=dev",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
    ];
    let mut result = npm(copy, &words);
    for again in 1..TRIES {
        match &result {
            Err(reason) if !reason.starts_with("npm is missing") => {
                eprintln!("try {again} of {TRIES}: {reason}");
                thread::sleep(Duration::from_secs(3 * again));
                result = npm(copy, &words);
            }
            _ => break,
        }
    }
    result
}

fn npm(copy: &Path, words: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    // Were it set to production, npm would leave out the packages that build the page.
    let run = Command::new(program)
        .args(words)
        .current_dir(copy)
        .env_remove("NODE_ENV")
        .output();
    let output = run.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "npm is missing; it comes with Node 20.19 or later".to_owned(),
        _ => format!("npm cannot be started: {error}"),
    })?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    eprintln!("{said}");
    if output.status.success() {
        return Ok(());
    }
    let line = said
        .lines()
        .find(|line| line.to_lowercase().contains("error"))
        .unwrap_or_default();
    Err(format!("npm {} failed: {}", words.join(" "), line.trim()))
}

/// Lists the files below a folder by their paths in it, with slashes on every system, but for what lies in some folders.
fn files(folder: &Path, but: &[&str]) -> io::Result<Vec<String>> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    waiting.extend(folder.is_dir().then(String::new));
    while let Some(prefix) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&prefix))? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match name {
                name if but.contains(&name.as_str()) => {}
                name if entry.path().is_dir() => waiting.push(name + "/"),
                name => found.push(name),
            }
        }
    }
    found.sort();
    Ok(found)
}
