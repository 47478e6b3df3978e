//! An enterprise that was named by a name the register did not have is one of the register: everything raised for it moves there.

use kernel::{EnterpriseId, Error, Result};

use crate::access;
use crate::command::{Command, Order};
use crate::engine::{Casework, tell};
use crate::store;

impl Casework {
    /// Moves all requests of the noted enterprise `from` to `to`, which is in the register, and takes `from` away; with
    /// `remember` its name finds `to` from now on. Returns how many requests moved.
    ///
    /// # Errors
    /// `not-found` for what may not be seen, `forbidden`, `enterprise-not-unchecked` if somebody was faster.
    pub async fn link_enterprise(
        &self,
        actor: &identity::Actor,
        from: EnterpriseId,
        to: EnterpriseId,
        remember: bool,
    ) -> Result<usize> {
        let mut change = self.begin(actor).await?;
        let noted = registry::unchecked::waiting(&mut change, from).await?;
        let target = registry::ask::by_id(&mut change, actor, to).await?;
        let target = target.ok_or_else(|| Error::not_found("enterprise"))?.enterprise;
        let settings = self.settings(&mut change).await?;
        let requests = store::link::requests_of(&mut change, from).await?;
        for id in &requests {
            let mut kept = store::case::load(&mut change, *id).await?.ok_or_else(|| Error::not_found("request"))?;
            change.authorize(&access::READ, &kept.subject)?;
            let command =
                Command::LinkEnterprise { named: noted.facts.name.clone(), enterprise: target.facts.name.clone() };
            let orders = [Order { need: None, command }];
            let by = self.permit(&mut change, actor, &kept, &orders).await?;
            kept.request.enterprise = to;
            let now = self.next_moment(&kept.case);
            let (events, mut sealed) = self.carry_out(&mut change, &mut kept, &orders, &by, &settings, now).await?;
            store::link::move_request(&mut change, *id, to).await?;
            // The row names another enterprise now: the entry that tells of it seals the row as it is.
            sealed.request = Some(store::case::text_hash(&kept.request, kept.category_hint.as_deref()));
            tell(&mut change, "link-enterprise", &kept.request, &kept.case, &events, &sealed).await?;
        }
        registry::unchecked::replace(&mut change, from, to, remember).await?;
        change.keep().await?;
        Ok(requests.len())
    }
}
