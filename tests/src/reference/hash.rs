//! MD5, SHA-256 and xxHash, written out from their definitions.

/// Bytes with a one bit and zeros behind them, up to 8 bytes before a multiple of 64.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded
}

fn hexadecimal(bytes: impl Iterator<Item = u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 1321.
pub(super) fn md5(bytes: &[u8]) -> String {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let mut message = padded(bytes);
    message.extend((bytes.len() as u64 * 8).to_le_bytes());
    for block in message.chunks(64) {
        let word = |at: usize| u32::from_le_bytes(block[at * 4..at * 4 + 4].try_into().expect("four bytes"));
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, at) = match step / 16 {
                0 => (b & c | !b & d, step),
                1 => (d & b | !d & c, (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let constant = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(mixed).wrapping_add(constant).wrapping_add(word(at));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    hexadecimal(state.iter().flat_map(|part| part.to_le_bytes()))
}

/// FIPS 180-4.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let primes = (2_u32..).filter(|number| (2..*number).all(|divisor| number % divisor != 0));
    let primes: Vec<f64> = primes.take(64).map(f64::from).collect();
    // The first 32 bits behind the point.
    let fraction = |root: f64| (root.fract() * 4_294_967_296.0) as u32;
    let mut state: Vec<u32> = primes[..8].iter().map(|prime| fraction(prime.sqrt())).collect();
    let constants: Vec<u32> = primes.iter().map(|prime| fraction(prime.cbrt())).collect();
    let mut message = padded(bytes);
    message.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in message.chunks(64) {
        let word = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().expect("four bytes"));
        let mut words: Vec<u32> = block.chunks(4).map(word).collect();
        for at in 16..64 {
            let (early, late) = (words[at - 15], words[at - 2]);
            let early = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
            let late = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
            words.push(
                words[at - 16]
                    .wrapping_add(early)
                    .wrapping_add(words[at - 7])
                    .wrapping_add(late),
            );
        }
        let mut parts = state.clone();
        for at in 0..64 {
            let [a, b, c, _, e, f, g, h] = parts[..] else {
                unreachable!("eight parts")
            };
            let choice = e & f ^ !e & g;
            let majority = a & b ^ a & c ^ b & c;
            let first = h
                .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
                .wrapping_add(choice)
                .wrapping_add(constants[at])
                .wrapping_add(words[at]);
            let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22)).wrapping_add(majority);
            parts.rotate_right(1);
            parts[4] = parts[4].wrapping_add(first);
            parts[0] = first.wrapping_add(second);
        }
        for (sum, part) in state.iter_mut().zip(parts) {
            *sum = sum.wrapping_add(part);
        }
    }
    hexadecimal(state.iter().flat_map(|part| part.to_be_bytes()))
}

const PRIMES: [u64; 5] = [
    0x9e37_79b1_85eb_ca87,
    0xc2b2_ae3d_27d4_eb4f,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5,
];

/// XXH64 with the seed 0.
pub(super) fn xxhash64(bytes: &[u8]) -> u64 {
    let [one, two, three, four, five] = PRIMES;
    let round = |sum: u64, input: u64| {
        let sum = sum.wrapping_add(input.wrapping_mul(two));
        sum.rotate_left(31).wrapping_mul(one)
    };
    let long = |bytes: &[u8]| u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
    let mut rest = bytes;
    let mut hash = five;
    if bytes.len() >= 32 {
        let mut lanes = [one.wrapping_add(two), two, 0, 0_u64.wrapping_sub(one)];
        while rest.len() >= 32 {
            for (at, lane) in lanes.iter_mut().enumerate() {
                *lane = round(*lane, long(&rest[at * 8..]));
            }
            rest = &rest[32..];
        }
        let turned = [1, 7, 12, 18]
            .iter()
            .zip(lanes)
            .map(|(turn, lane)| lane.rotate_left(*turn));
        hash = turned.fold(0, u64::wrapping_add);
        for lane in lanes {
            hash = (hash ^ round(0, lane)).wrapping_mul(one).wrapping_add(four);
        }
    }
    hash = hash.wrapping_add(bytes.len() as u64);
    while rest.len() >= 8 {
        hash = (hash ^ round(0, long(rest)))
            .rotate_left(27)
            .wrapping_mul(one)
            .wrapping_add(four);
        rest = &rest[8..];
    }
    if rest.len() >= 4 {
        let word = u32::from_le_bytes(rest[..4].try_into().expect("four bytes"));
        hash = (hash ^ u64::from(word).wrapping_mul(one))
            .rotate_left(23)
            .wrapping_mul(two)
            .wrapping_add(three);
        rest = &rest[4..];
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte).wrapping_mul(five))
            .rotate_left(11)
            .wrapping_mul(one);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(two);
    hash = (hash ^ hash >> 29).wrapping_mul(three);
    hash ^ hash >> 32
}

#[test]
fn hashes_of_long_and_short_texts() {
    let long = b"The quick brown fox jumps over the lazy dog";
    assert_eq!(md5(long), "9e107d9d372bb6826bd81d3542a419d6");
    assert_eq!(md5(b""), "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(
        sha256(long),
        "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
    );
    assert_eq!(
        sha256(b""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(xxhash64(b""), 0xef46_db37_51d8_e999);
    assert_eq!(xxhash64(long), 0x0b24_2d36_1fda_71bc);
}
