//! Conditions over things that are cut into regions: each condition on one thing is a set of its regions, the others are made of them.

use std::collections::{HashMap, HashSet};

/// Index of a formula; equal formulas have one index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

pub const FALSE: Id = Id(0);
pub const TRUE: Id = Id(1);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Constant(bool),
    /// True for some regions of one thing, not for all and not for none.
    Atom {
        thing: usize,
        /// As bits.
        regions: Vec<u64>,
    },
    /// Sorted, of different things or compound.
    And(Vec<Id>),
    Or(Vec<Id>),
}

/// All formulas of one table.
pub struct Formulas {
    forms: Vec<Form>,
    index: HashMap<Form, Id>,
    /// The atoms in each formula, sorted.
    atoms: Vec<Vec<Id>>,
    fixed: HashMap<(Id, usize, usize), Id>,
    /// How many regions each thing has.
    pub(super) sizes: Vec<usize>,
    /// What was searched for and is not there.
    pub(super) in_vain: HashSet<(Id, Vec<Id>)>,
    /// Steps of all searches.
    pub(super) steps: usize,
}

impl Formulas {
    pub fn new(sizes: Vec<usize>) -> Self {
        let mut formulas = Self {
            forms: Vec::new(),
            index: HashMap::new(),
            atoms: Vec::new(),
            fixed: HashMap::new(),
            sizes,
            in_vain: HashSet::new(),
            steps: 0,
        };
        formulas.push(Form::Constant(false));
        formulas.push(Form::Constant(true));
        formulas
    }

    fn push(&mut self, form: Form) -> Id {
        if let Some(id) = self.index.get(&form) {
            return *id;
        }
        let id = Id(u32::try_from(self.forms.len()).unwrap_or(u32::MAX));
        let atoms = match &form {
            Form::Constant(_) => Vec::new(),
            Form::Atom { .. } => vec![id],
            Form::And(all) | Form::Or(all) => {
                let mut atoms: Vec<Id> = all.iter().flat_map(|part| self.atoms_of(*part).to_vec()).collect();
                atoms.sort_unstable();
                atoms.dedup();
                atoms
            }
        };
        self.forms.push(form.clone());
        self.atoms.push(atoms);
        self.index.insert(form, id);
        id
    }

    pub(super) fn form(&self, id: Id) -> &Form {
        self.forms.get(id.0 as usize).unwrap_or(&Form::Constant(false))
    }

    pub(super) fn atoms_of(&self, id: Id) -> &[Id] {
        self.atoms.get(id.0 as usize).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn thing_of(&self, atom: Id) -> Option<usize> {
        match self.form(atom) {
            Form::Atom { thing, .. } => Some(*thing),
            _ => None,
        }
    }

    /// True where `regions` is.
    pub fn atom(&mut self, thing: usize, regions: &[bool]) -> Id {
        let mut bits = vec![0; regions.len().div_ceil(64)];
        for (region, _) in regions.iter().enumerate().filter(|(_, region)| **region) {
            if let Some(word) = bits.get_mut(region / 64) {
                *word |= 1 << (region % 64);
            }
        }
        self.atom_of(thing, bits)
    }

    fn atom_of(&mut self, thing: usize, regions: Vec<u64>) -> Id {
        let set: usize = regions.iter().map(|word| word.count_ones() as usize).sum();
        match set {
            0 => FALSE,
            all if Some(&all) == self.sizes.get(thing) => TRUE,
            _ => self.push(Form::Atom { thing, regions }),
        }
    }

    /// All regions of a thing, as bits.
    fn whole(&self, thing: usize) -> Vec<u64> {
        let size = self.sizes.get(thing).copied().unwrap_or(0);
        let words = (0..size.div_ceil(64)).map(|word| match size - word * 64 {
            left if left < 64 => (1 << left) - 1,
            _ => u64::MAX,
        });
        words.collect()
    }

    pub fn and(&mut self, all: &[Id]) -> Id {
        self.join(all, true)
    }

    pub fn or(&mut self, all: &[Id]) -> Id {
        self.join(all, false)
    }

    /// Joins formulas; atoms of one thing become one atom.
    fn join(&mut self, all: &[Id], and: bool) -> Id {
        let (neutral, deciding) = if and { (TRUE, FALSE) } else { (FALSE, TRUE) };
        let mut flat = Vec::with_capacity(all.len());
        for id in all {
            match self.form(*id) {
                Form::And(inner) if and => flat.extend(inner.iter().copied()),
                Form::Or(inner) if !and => flat.extend(inner.iter().copied()),
                _ => flat.push(*id),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        flat.retain(|id| *id != neutral);
        if flat.contains(&deciding) {
            return deciding;
        }
        let mut by_thing: Vec<(usize, Vec<u64>)> = Vec::new();
        let mut parts = Vec::with_capacity(flat.len());
        for id in &flat {
            let Form::Atom { thing, regions } = self.form(*id) else {
                parts.push(*id);
                continue;
            };
            match by_thing.iter_mut().find(|(other, _)| other == thing) {
                None => by_thing.push((*thing, regions.clone())),
                Some((_, own)) => {
                    own.iter_mut().zip(regions).for_each(|(own, other)| if and { *own &= other } else { *own |= other })
                }
            }
        }
        for (thing, regions) in by_thing {
            let atom = self.atom_of(thing, regions);
            if atom == deciding {
                return deciding;
            }
            parts.push(atom);
        }
        parts.retain(|id| *id != neutral);
        parts.sort_unstable();
        match parts[..] {
            [] => neutral,
            [one] => one,
            _ => self.push(if and { Form::And(parts) } else { Form::Or(parts) }),
        }
    }

    pub fn not(&mut self, id: Id) -> Id {
        match self.form(id).clone() {
            Form::Constant(value) => {
                if value {
                    FALSE
                } else {
                    TRUE
                }
            }
            Form::Atom { thing, regions } => {
                let whole = self.whole(thing);
                self.atom_of(thing, whole.iter().zip(&regions).map(|(whole, own)| whole & !own).collect())
            }
            Form::And(all) => {
                let all: Vec<Id> = all.into_iter().map(|part| self.not(part)).collect();
                self.or(&all)
            }
            Form::Or(all) => {
                let all: Vec<Id> = all.into_iter().map(|part| self.not(part)).collect();
                self.and(&all)
            }
        }
    }

    /// What is left of a formula when one thing lies in one of its regions.
    pub(super) fn fix(&mut self, id: Id, thing: usize, region: usize) -> Id {
        if !self.atoms_of(id).iter().any(|atom| self.thing_of(*atom) == Some(thing)) {
            return id;
        }
        if let Some(known) = self.fixed.get(&(id, thing, region)) {
            return *known;
        }
        self.steps += 1;
        let left = match self.form(id).clone() {
            Form::Constant(_) => id,
            Form::Atom { regions, .. } => {
                if has(&regions, region) {
                    TRUE
                } else {
                    FALSE
                }
            }
            Form::And(all) => {
                let all: Vec<Id> = all.into_iter().map(|part| self.fix(part, thing, region)).collect();
                self.and(&all)
            }
            Form::Or(all) => {
                let all: Vec<Id> = all.into_iter().map(|part| self.fix(part, thing, region)).collect();
                self.or(&all)
            }
        };
        self.fixed.insert((id, thing, region), left);
        left
    }

    /// What has to hold for a formula to hold.
    fn parts<'a>(&'a self, id: &'a Id) -> &'a [Id] {
        match self.form(*id) {
            Form::And(all) => all,
            Form::Constant(true) => &[],
            _ => std::slice::from_ref(id),
        }
    }

    /// Surely not true together.
    pub(super) fn disjoint(&self, a: Id, b: Id) -> bool {
        a == FALSE
            || b == FALSE
            || self.parts(&a).iter().any(|one| {
                let Form::Atom { thing, regions } = self.form(*one) else { return false };
                self.parts(&b).iter().any(|other| match self.form(*other) {
                    Form::Atom { thing: of, regions: others } if of == thing => {
                        regions.iter().zip(others).all(|(own, other)| own & other == 0)
                    }
                    _ => false,
                })
            })
    }

    /// Surely the second is true where the first is.
    pub(super) fn implies(&self, a: Id, b: Id) -> bool {
        self.parts(&b).iter().all(|wanted| {
            self.parts(&a).iter().any(|given| match (self.form(*given), self.form(*wanted)) {
                (Form::Atom { thing, regions }, Form::Atom { thing: of, regions: others }) if thing == of => {
                    regions.iter().zip(others).all(|(own, other)| own & !other == 0)
                }
                _ => given == wanted,
            })
        })
    }

    /// Made of conditions on one thing each: true somewhere.
    pub(super) fn simple(&self, id: Id) -> bool {
        id != FALSE && self.parts(&id).iter().all(|part| matches!(self.form(*part), Form::Atom { .. }))
    }
}

pub(super) fn has(regions: &[u64], region: usize) -> bool {
    regions.get(region / 64).is_some_and(|word| word >> (region % 64) & 1 == 1)
}
