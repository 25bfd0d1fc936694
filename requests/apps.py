from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"

    def ready(self) -> None:
        from advisors.actions.loads import register as register_loads
        from mvai.accounts import leaving as desk_left
        from mvai.outbox import sweeps
        from requests.actions import (
            agreed,
            alarms,
            approaches,
            call_messages,
            checking,
            follow_ups,
            goals,
            inbound,
            inbox,
            inquiries,
            keywords,
            leaving,
            loads,
            mailbox,
            messages,
            offers,
            page_messages,
            promises,
            retiring,
            sending,
            team_checklists,
            watch,
        )

        messages.register_purposes(offer_unreached=offers.could_not_be_told)
        page_messages.register_purposes()
        call_messages.register_purposes()
        inbox.register_purposes()
        inquiries.register_purposes()
        keywords.register_purposes()
        sending.register_purposes()
        approaches.register_purposes()
        alarms.register_kinds()
        checking.register_kind()
        inbox.register_kinds()
        retiring.register()
        team_checklists.register()
        register_loads(loads.loads)
        desk_left.on_deactivated("requests.release", leaving.release)
        desk_left.on_deactivated("requests.release_approaches", approaches.release)
        desk_left.on_deactivated("requests.release_advisor", leaving.release_advisor)
        sweeps.register("requests.expire_offers", offers.expire_due, urgent=True)
        sweeps.register("requests.find_unattended", watch.find_unattended, urgent=True)
        sweeps.register("requests.open_offers", offers.open_handed_over)
        sweeps.register("requests.goals_missed", goals.tell_missed, urgent=True)
        sweeps.register("requests.promises_missed", promises.tell_missed, urgent=True)
        sweeps.register("requests.talks_near", agreed.remind)
        sweeps.register("requests.follow_ups_due", follow_ups.mark_due)
        sweeps.register("requests.approaches_due", approaches.remind)
        sweeps.register("requests.quiet_names", offers.quiet_names)
        sweeps.register("requests.deal_with_inbound", inbound.deal_due, urgent=True)
        sweeps.register("requests.poll_mailbox", mailbox.poll)
