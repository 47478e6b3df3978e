//! Figures: every rate with its numerator, its denominator and its definition.
