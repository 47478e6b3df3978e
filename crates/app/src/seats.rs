//! How many connections one address may hold at once, so that nobody takes the handles of all the others.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Connections by address. Cheap to clone; clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seats(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    of: Seats,
    whose: IpAddr,
}

impl Seats {
    /// A place for one more connection from `address`, unless it has `most` already.
    pub(crate) fn take(&self, address: IpAddr, most: usize) -> Option<Seat> {
        let whose = household(address);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(whose).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { of: self.clone(), whose })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

/// Whoever has one IPv6 address has the 2^64 beside it.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(own) => IpAddr::V6(Ipv6Addr::from_bits(own.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_places_and_gets_them_back() {
        let (seats, at) = (Seats::default(), |text: &str| text.parse::<IpAddr>().unwrap());
        let first = seats.take(at("10.1.0.1"), 2).unwrap();
        let _second = seats.take(at("::ffff:10.1.0.1"), 2).unwrap();
        assert!(seats.take(at("10.1.0.1"), 2).is_none());
        assert!(seats.take(at("10.1.0.2"), 2).is_some(), "its neighbour has places of its own");
        drop(first);
        assert!(seats.take(at("10.1.0.1"), 2).is_some());
        let _six = seats.take(at("2001:db8::1"), 1).unwrap();
        assert!(seats.take(at("2001:db8::2:1"), 1).is_none(), "one network, one household");
        assert!(seats.take(at("2001:db8:0:1::1"), 1).is_some());
        drop((_second, _six));
        assert!(seats.0.lock().unwrap().is_empty(), "nothing is remembered of who has gone");
    }
}
