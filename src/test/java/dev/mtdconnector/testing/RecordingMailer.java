package dev.mtdconnector.testing;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.Mailer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends nothing; notes every mail. */
public final class RecordingMailer implements Mailer {

    private final List<Mail> mails = new ArrayList<>();
    private final Map<String, UpstreamException> failures = new HashMap<>();

    @Override
    public synchronized void send(Mail mail) {
        UpstreamException failure = failures.get(mail.to());
        if (failure != null) {
            throw failure;
        }
        mails.add(mail);
    }

    /** Mails to this address fail from now on. */
    public synchronized void refuse(String address, UpstreamException e) {
        failures.put(address, e);
    }

    public synchronized void accept(String address) {
        failures.remove(address);
    }

    public synchronized List<Mail> mails() {
        return List.copyOf(mails);
    }
}
