#include <support/reference_certificate.hpp>

#include <cmath>
#include <vector>

namespace simplicit::test {

bool is_penalised(const RowData& data, Index j) {
  const double weight = data.weights[static_cast<std::size_t>(j)];
  return weight > 0 && weight < infinity;
}

Extended residual(const RowData& data, const Vector& w) {
  Extended rho;
  for (Index i = 0; i < data.phi.rows(); ++i) {
    long double sum = data.z[i];
    for (Index j = 0; j < data.phi.cols(); ++j) sum -= static_cast<long double>(data.phi(i, j)) * w[j];
    rho.push_back(sum);
  }
  return rho;
}

Extended centred(const RowData& data, Extended rho) {
  if (!data.bias) return rho;
  long double mean = 0;
  for (const long double value : rho) mean += value;
  mean /= static_cast<long double>(rho.size());
  for (long double& value : rho) value -= mean;
  return rho;
}

long double dot(const Extended& a, const Extended& b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Extended correlations(const RowData& data, const Extended& rho) {
  Extended v;
  for (Index j = 0; j < data.phi.cols(); ++j) {
    long double sum = 0;
    for (Index i = 0; i < data.phi.rows(); ++i) sum += data.phi(i, j) * rho[static_cast<std::size_t>(i)];
    v.push_back(sum);
  }
  return v;
}

long double conjugates(const ReferencePenalty& penalty, const RowData& data, const Extended& v,
                       long double scale) {
  long double outside = 0;
  long double largest = 0;
  const auto term = [&](Index j, long double nu) {
    const long double weight = data.weights[static_cast<std::size_t>(j)];
    const long double excess = scale * std::abs(v[static_cast<std::size_t>(j)]) - nu;
    return excess > 0 ? weight * penalty.conjugate(excess / weight) : 0.0L;
  };
  for (Index j = 0; j < data.phi.cols(); ++j) {
    if (!is_penalised(data, j)) continue;
    if (j >= data.ball_columns) {
      outside += term(j, 0);
    } else {
      largest = std::max(largest, scale * std::abs(v[static_cast<std::size_t>(j)]));
    }
  }
  const auto in_ball = [&](long double nu) {
    long double sum = nu > 0 ? data.kappa * nu : 0;
    for (Index j = 0; j < data.ball_columns; ++j) {
      if (is_penalised(data, j)) sum += term(j, nu);
    }
    return sum;
  };
  const long double best = std::min(in_ball(0), in_ball(argmin(in_ball, 0, largest)));
  return outside + best;
}

long double primal(const ReferencePenalty& penalty, const RowData& data, const Vector& w) {
  const Extended rho = residual(data, w);
  long double value = dot(rho, rho) / 2;
  for (Index j = 0; j < data.phi.cols(); ++j) {
    if (is_penalised(data, j)) {
      value += data.weights[static_cast<std::size_t>(j)] * penalty.value(w[j]);
    }
  }
  return value;
}

ReferenceGap reference_gap(const ReferencePenalty& penalty, const RowData& data, const Vector& w) {
  const Extended rho = centred(data, residual(data, w));
  const Extended v = correlations(data, rho);
  const Extended z(data.z.data(), data.z.data() + data.z.size());
  long double within_slopes = 1;
  for (Index j = data.ball_columns; j < data.phi.cols(); ++j) {
    const long double size = std::abs(v[static_cast<std::size_t>(j)]);
    const long double limit =
        data.weights[static_cast<std::size_t>(j)] * static_cast<long double>(penalty.slope());
    if (is_penalised(data, j) && size > 0) within_slopes = std::min(within_slopes, limit / size);
  }
  const auto dual = [&](long double s) {
    return s * dot(z, rho) - s * s * dot(rho, rho) / 2 - conjugates(penalty, data, v, s);
  };
  const long double p = primal(penalty, data, w);
  const long double d = std::max({0.0L, dual(1), dual(within_slopes * (1 - 1e-18L))});
  return {static_cast<double>(p), static_cast<double>(d), p > 0 ? static_cast<double>((p - d) / p) : 0.0};
}

ReferenceGap reference_min_norm_gap(double delta, const RowData& data, const Vector& w) {
  const Extended rho = centred(data, residual(data, w));
  const Extended v = correlations(data, rho);
  const Extended z(data.z.data(), data.z.data() + data.z.size());
  const long double slope = dot(z, rho) - delta * std::sqrt(dot(z, z) * dot(rho, rho));
  long double outside = infinity;
  long double beyond_every_kink = 0;
  long double p = 0;
  for (Index j = 0; j < data.phi.cols(); ++j) {
    if (!is_penalised(data, j)) continue;
    const long double weight = data.weights[static_cast<std::size_t>(j)];
    const long double size = std::abs(v[static_cast<std::size_t>(j)]);
    p += weight * std::abs(w[j]);
    if (size == 0) continue;
    if (j >= data.ball_columns) {
      outside = std::min(outside, weight / size);
    } else {
      beyond_every_kink = std::max(beyond_every_kink, 1e3L * weight / size);
    }
  }
  const auto negative_dual = [&](long double t) {
    long double nu = 0;
    for (Index j = 0; j < data.ball_columns; ++j) {
      if (!is_penalised(data, j)) continue;
      nu = std::max(nu,
                    t * std::abs(v[static_cast<std::size_t>(j)]) - data.weights[static_cast<std::size_t>(j)]);
    }
    return (nu > 0 ? data.kappa * nu : 0) - t * slope;
  };
  const long double most = std::isinf(outside) ? beyond_every_kink : outside;
  const long double d = std::max(0.0L, -negative_dual(argmin(negative_dual, 0, most)));
  return {static_cast<double>(p), static_cast<double>(d), p > 0 ? static_cast<double>((p - d) / p) : 0.0};
}

double ball_norm(const RowData& data, const Vector& w) {
  return w.head(data.ball_columns).cwiseAbs().sum();
}

}  // namespace simplicit::test
