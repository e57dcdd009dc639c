package dev.mtdconnector.graph;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.IClientCertificate;
import dev.mtdconnector.common.UpstreamException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a certificate with its private key (RSA) from a file: PFX, or PEM with an unencrypted PKCS #8 key. */
final class CertificateFile {

    private CertificateFile() {}

    /**
     * @throws UpstreamException of service LOGIN and kind NOT_CONFIGURED when the file cannot be read or used
     */
    static IClientCertificate read(CredentialSettings.Certificate settings) {
        try {
            Path path = Path.of(settings.path());
            String name = settings.path().toLowerCase(Locale.ROOT);
            return name.endsWith(".pfx") || name.endsWith(".p12") ? pfx(path, settings.password()) : pem(path);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            // Not kept as a cause: of a file that is no certificate, the message could quote something.
            throw new UpstreamException(
                    UpstreamException.Service.LOGIN,
                    UpstreamException.Kind.NOT_CONFIGURED,
                    "The certificate's file cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static IClientCertificate pfx(Path path, @Nullable String password)
            throws IOException, GeneralSecurityException {
        try (InputStream file = Files.newInputStream(path)) {
            return ClientCredentialFactory.createFromCertificate(file, password == null ? "" : password);
        }
    }

    private static IClientCertificate pem(Path path) throws IOException, GeneralSecurityException {
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        PrivateKey key =
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY")));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(block(text, "CERTIFICATE")));
        return ClientCredentialFactory.createFromCertificate(key, certificate);
    }

    /** The first block of this name, which is that of the end of the chain. */
    private static byte[] block(String pem, String name) throws CertificateException {
        Matcher matcher = Pattern.compile("-----BEGIN " + name + "-----([A-Za-z0-9+/=\\s]+)-----END " + name + "-----")
                .matcher(pem);
        if (!matcher.find()) {
            throw new CertificateException("No " + name);
        }
        return Base64.getMimeDecoder().decode(matcher.group(1));
    }
}
