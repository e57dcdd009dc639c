package dev.mtdconnector.tenant;

import java.util.LinkedHashMap;
import java.util.Map;

/** A consent as the API shows it. */
final class ConsentView {

    private ConsentView() {}

    static Map<String, Object> of(Consent consent) {
        Consent.Confirmation confirmation = consent.confirmation();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("state", consent.state().label());
        view.put("missing", consent.missing());
        view.put("checkedAt", consent.checkedAt());
        view.put("granted", consent.granted());
        view.put("grantedAt", consent.grantedAt());
        view.put(
                "confirmedBy",
                confirmation == null ? null : Map.of("id", confirmation.userId(), "name", confirmation.name()));
        view.put("confirmedAt", confirmation == null ? null : confirmation.at());
        return view;
    }
}
