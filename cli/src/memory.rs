//! Amounts of memory: as people write them, and what the process has used.

/// Reads `512MiB`, `2 GiB` or plain bytes.
pub(crate) fn parse(text: &str) -> Result<usize, String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        "t" | "tib" => 40,
        _ => return Err("expected bytes, or a number with KiB, MiB, GiB or TiB".to_owned()),
    };
    let bytes = number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if bytes >= LEAST => Ok(bytes),
        Some(_) => Err("at least 1MiB is needed".to_owned()),
        None => Err("expected bytes, or a number with KiB, MiB, GiB or TiB".to_owned()),
    }
}

const LEAST: usize = 1 << 20;

/// The most memory that the process had at a time, in bytes, where the system says so.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_and_without_units() {
        assert_eq!(parse("1048576"), Ok(1 << 20));
        assert_eq!(parse("512MiB"), Ok(512 << 20));
        assert_eq!(parse("2 gib"), Ok(2 << 30));
        assert_eq!(parse("1500k"), Ok(1500 << 10));
        for wrong in ["", "MiB", "12 bytes", "-1", "1.5GiB", "99999999999TiB", "7", "1000k"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
