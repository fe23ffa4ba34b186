//! Whose certificate it is: the identity traits of a passage's holder.

use identity::{Sex, Traits};
use kernel::{PartialDate, PartialDateError, fold};
use time::Date;

use crate::{code::Code, schema::Field, understand::Said};

impl Said<'_> {
    pub(crate) fn holder(&mut self, valid_from: Option<Date>) -> Option<Traits> {
        let birth_date = self.birth_date(valid_from);
        let (birthplace, abroad) = self.birthplace();
        let birth_country = self.birth_country().or(abroad);
        let birth_name = self.name(Field::BirthName);
        let first_names = self.name(Field::FirstName);
        let sex = match self.value(Field::Sex)?.0 {
            "F" => Sex::Female,
            _ => Sex::Male,
        };
        Some(Traits {
            birth_name: birth_name?,
            usage_name: self.text(Field::UsageName),
            first_names: first_names?,
            sex,
            birth_date: birth_date?,
            birthplace,
            birth_country,
        })
    }

    fn name(&mut self, field: Field) -> Option<String> {
        let (text, value) = self.value(field)?;
        if fold(text).is_empty() {
            self.find(Code::NameWithoutLetter, value, "");
        }
        Some(text.to_owned())
    }

    fn birth_date(&mut self, valid_from: Option<Date>) -> Option<PartialDate> {
        let (_, year_value) = self.value(Field::BirthYear)?;
        let year = self.number(Field::BirthYear)?;
        let month = self.number(Field::BirthMonth);
        let day = self.number(Field::BirthDay);
        let day_value = self
            .value(Field::BirthDay)
            .map_or(year_value, |(_, value)| value);
        // Whatever else is wrong with the date.
        let earliest = (year, month.unwrap_or(1), month.and(day).unwrap_or(1));
        let after = valid_from.is_some_and(|from| {
            let from_year = u16::try_from(from.year()).unwrap_or_default();
            earliest > (from_year, from.month().into(), from.day())
        });
        if after {
            self.find(Code::BirthAfterValidity, year_value, "");
        }
        match PartialDate::new(year, month, day) {
            Ok(birth) => Some(birth),
            Err(PartialDateError::Shape) => {
                if !self.is_blamed("moisNaissance") {
                    self.find(
                        Code::DayWithoutMonth,
                        day_value,
                        "give the month too, or no day",
                    );
                }
                None
            }
            Err(PartialDateError::NoSuchDay) => {
                self.find(Code::NoSuchDay, day_value, "");
                None
            }
        }
    }

    /// The commune of birth, or the country where its code is that of a country.
    fn birthplace(&mut self) -> (Option<String>, Option<String>) {
        let Some((code, value)) = self.value(Field::BirthplaceCode) else {
            return (None, None);
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = code.is_ascii()
            && code.len() == 5
            && digits(&code[2..])
            && (digits(&code[..2]) || matches!(&code[..2], "2A" | "2B"));
        if !fits {
            self.find(
                Code::BirthplaceShape,
                value,
                "expected two digits, 2A or 2B, then three digits",
            );
            return (None, None);
        }
        if code.starts_with("99") {
            (None, Some(code.into()))
        } else {
            (Some(code.into()), None)
        }
    }

    /// INSEE's country code, of which a flux gives the last three digits.
    fn birth_country(&mut self) -> Option<String> {
        let (code, value) = self.value(Field::BirthCountry)?;
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            self.find(Code::BirthCountryShape, value, "expected three digits");
            return None;
        }
        Some(format!("99{code}"))
    }
}
